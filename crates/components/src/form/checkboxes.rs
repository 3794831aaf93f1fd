//! Any number of a few answers.

use super::radios::Choices;
use super::{Choice, ErrorMessage, Fieldset, FormGroup, Hint, Legend};
use crate::markup::{Component, Markup, either};
use crate::options::{Attributes, options, printable};

options! {
    /// Any number of a few answers.
    pub struct Checkboxes {
        /// The name they are sent by.
        pub name: String,
        /// Start of every id: the name unless said otherwise.
        pub id_prefix: String,
        /// The question.
        pub fieldset: Option<Fieldset>,
        /// Help with the answer.
        pub hint: Hint,
        /// What is wrong with the answer.
        pub error_message: ErrorMessage,
        /// The answers.
        pub items: Vec<Choice>,
        /// The values ticked so far.
        pub values: Vec<String>,
        /// Ids of what else describes the question.
        pub described_by: String,
        /// More classes: `govuk-checkboxes--small`.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
        /// The box round the question.
        pub form_group: FormGroup,
    }
}

printable!(Checkboxes);

impl Checkboxes {
    /// A question with its name and the answers there are.
    pub fn new(name: impl Into<String>, legend: impl Into<Legend>, items: impl Into<Vec<Choice>>) -> Self {
        Self::default().name(name).fieldset(Fieldset::default().legend(legend)).items(items)
    }
}

impl Component for Checkboxes {
    fn write(&self, out: &mut Markup) {
        Choices {
            block: "govuk-checkboxes",
            kind: "checkbox",
            name: &self.name,
            id_prefix: either(&self.id_prefix, &self.name),
            fieldset: self.fieldset.as_ref(),
            described_by: &self.described_by,
            hint: &self.hint,
            error: &self.error_message,
            items: &self.items,
            chosen: &|value| self.values.iter().any(|chosen| chosen == value),
            classes: &self.classes,
            attributes: &self.attributes,
            group: &self.form_group,
        }
        .write(out);
    }
}
