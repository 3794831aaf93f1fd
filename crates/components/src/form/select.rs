//! One of many answers.

use super::label::{Described, id_or_name};
use super::{ErrorMessage, FormGroup, Hint, Label};
use crate::markup::{Component, Markup, when};
use crate::options::{Attributes, options, printable};

options! {
    /// One answer in a list.
    pub struct SelectItem {
        /// What is sent; the text unless said otherwise.
        pub value: Option<String>,
        /// What it says.
        pub text: String,
        /// Whether it is chosen. Unless said, it is chosen when its value was given to the list.
        pub selected: Option<bool>,
        /// The heading it stands under, together with those beside it that have the same; none when empty.
        pub group: String,
        /// Whether it cannot be chosen now.
        pub disabled: bool,
        /// More attributes.
        pub attributes: Attributes,
    }
}

impl SelectItem {
    /// An answer: what is sent, and what it says.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self::default().value(value.into()).text(text)
    }
}

options! {
    /// One of many answers.
    pub struct Select {
        /// The name it is sent by.
        pub name: String,
        /// Its id: the name unless said otherwise.
        pub id: String,
        /// What is asked.
        pub label: Label,
        /// Help with the answer.
        pub hint: Hint,
        /// What is wrong with the answer.
        pub error_message: ErrorMessage,
        /// The answers.
        pub items: Vec<SelectItem>,
        /// The value of the answer given so far.
        pub value: String,
        /// Whether it cannot be changed now.
        pub disabled: bool,
        /// Ids of what else describes it.
        pub described_by: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
        /// The box round the field.
        pub form_group: FormGroup,
    }
}

printable!(Select);

impl Select {
    /// A field with its name, its question and the answers there are.
    pub fn new(name: impl Into<String>, label: impl Into<Label>, items: impl Into<Vec<SelectItem>>) -> Self {
        Self::default().name(name).label(label).items(items)
    }

    fn is_selected(&self, item: &SelectItem) -> bool {
        let value = item.value.as_ref().unwrap_or(&item.text);
        item.selected.unwrap_or(!self.value.is_empty() && *value == self.value)
    }

    fn write_item(&self, item: &SelectItem, out: &mut Markup) {
        out.open("option").maybe("value", item.value.as_ref()).flag("selected", self.is_selected(item));
        out.flag("disabled", item.disabled).attributes(&item.attributes).end();
        out.text(&item.text).close("option");
    }
}

impl Component for Select {
    fn write(&self, out: &mut Markup) {
        let id = id_or_name(&self.id, &self.name);
        let described = Described { id, hint: &self.hint, error: &self.error_message };
        described.open_group("", &self.form_group, out);
        out.end();
        described.write_label(&self.label, out);
        described.write_hint_and_error(out);
        out.html(&self.form_group.before_input);
        let error = when(described.has_error(), "govuk-select--error");
        out.open("select")
            .class(["govuk-select", &self.classes, error])
            .attr("id", id)
            .attr("name", &self.name);
        out.flag("disabled", self.disabled).some("aria-describedby", &described.by(&self.described_by));
        out.attributes(&self.attributes).end();
        for together in self.items.chunk_by(|one, next| one.group == next.group) {
            let group = together.first().map_or("", |item| &item.group);
            if !group.is_empty() {
                out.open("optgroup").attr("label", group).end();
            }
            together.iter().for_each(|item| self.write_item(item, out));
            if !group.is_empty() {
                out.close("optgroup");
            }
        }
        out.close("select").html(&self.form_group.after_input).close("div");
    }
}
