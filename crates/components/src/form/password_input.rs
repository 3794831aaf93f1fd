//! A password that can be looked at before it is sent.

use super::label::id_or_name;
use super::{Button, ErrorMessage, FormGroup, Hint, Input, Label};
use crate::Html;
use crate::markup::{Component, Markup, either, join_words};
use crate::options::{Attributes, options, printable};

options! {
    /// A password that can be looked at before it is sent.
    pub struct PasswordInput {
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
        /// What was typed so far. Leave it empty: a password is never sent back.
        pub value: String,
        /// `current-password` unless said otherwise; `new-password` where one is chosen.
        pub autocomplete: String,
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
        /// What the button says while the password is hidden: `Show` unless said otherwise.
        pub show_password_text: String,
        /// What the button says while it is shown.
        pub hide_password_text: String,
        /// The button's full name while the password is hidden.
        pub show_password_aria_label_text: String,
        /// The button's full name while it is shown.
        pub hide_password_aria_label_text: String,
        /// What is announced when it becomes visible.
        pub password_shown_announcement_text: String,
        /// What is announced when it is hidden again.
        pub password_hidden_announcement_text: String,
    }
}

printable!(PasswordInput);

impl Component for PasswordInput {
    fn write(&self, out: &mut Markup) {
        let id = id_or_name(&self.id, &self.name);
        let mut attributes = Attributes::from([("data-module", "govuk-password-input")]);
        for (name, text) in [
            ("data-i18n.show-password", &self.show_password_text),
            ("data-i18n.hide-password", &self.hide_password_text),
            ("data-i18n.show-password-aria-label", &self.show_password_aria_label_text),
            ("data-i18n.hide-password-aria-label", &self.hide_password_aria_label_text),
            ("data-i18n.password-shown-announcement", &self.password_shown_announcement_text),
            ("data-i18n.password-hidden-announcement", &self.password_hidden_announcement_text),
        ] {
            if !text.is_empty() {
                attributes = attributes.and(name, text);
            }
        }
        let toggle = Button::new(either(&self.show_password_text, "Show"))
            .kind("button")
            .classes("govuk-button--secondary govuk-password-input__toggle govuk-js-password-input-toggle")
            .attributes([
                ("aria-controls", id),
                ("aria-label", either(&self.show_password_aria_label_text, "Show password")),
                ("hidden", ""),
            ]);
        let own = "govuk-password-input__input govuk-js-password-input-input";
        let mut input = Input::new(&self.name, self.label.clone())
            .id(id)
            .kind("password")
            .hint(self.hint.clone())
            .error_message(self.error_message.clone())
            .value(&self.value)
            .spellcheck(false)
            .autocapitalize("none")
            .autocomplete(either(&self.autocomplete, "current-password"))
            .disabled(self.disabled)
            .described_by(&self.described_by)
            .classes(join_words([own, &self.classes]))
            .attributes(self.attributes.clone())
            .form_group(self.form_group.clone());
        input.input_wrapper.classes = "govuk-password-input__wrapper".into();
        input.form_group.after_input = Html::join([toggle.into(), self.form_group.after_input.clone()]);
        input.write_in(out, "govuk-password-input", &attributes);
    }
}
