//! A file to send.

use super::character_count::PluralText;
use super::label::{Described, id_or_name};
use super::{ErrorMessage, FormGroup, Hint, Label};
use crate::markup::{Component, Markup, when};
use crate::options::{Attributes, options, printable};

options! {
    /// A file to send.
    pub struct FileUpload {
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
        /// Whether files can be dropped on it, where there is script.
        pub javascript: bool,
        /// Whether several files can be chosen.
        pub multiple: bool,
        /// Whether it cannot be used now.
        pub disabled: bool,
        /// Ids of what else describes it.
        pub described_by: String,
        /// More classes.
        pub classes: String,
        /// More attributes, for instance `accept`.
        pub attributes: Attributes,
        /// The box round the field.
        pub form_group: FormGroup,
        /// More classes of the drop zone.
        pub wrapper_classes: String,
        /// More attributes of the drop zone.
        pub wrapper_attributes: Attributes,
        /// What the button says.
        pub choose_files_button_text: String,
        /// What stands beside the button.
        pub drop_instruction_text: String,
        /// Nothing was chosen yet.
        pub no_file_chosen_text: String,
        /// How many were chosen.
        pub multiple_files_chosen_text: PluralText,
        /// A file is over the drop zone.
        pub entered_drop_zone_text: String,
        /// It is no longer.
        pub left_drop_zone_text: String,
    }
}

printable!(FileUpload);

impl FileUpload {
    /// A field with its name and its question.
    pub fn new(name: impl Into<String>, label: impl Into<Label>) -> Self {
        Self::default().name(name).label(label).javascript(true)
    }
}

impl Component for FileUpload {
    fn write(&self, out: &mut Markup) {
        let id = id_or_name(&self.id, &self.name);
        let described = Described { id, hint: &self.hint, error: &self.error_message };
        described.open_group("", &self.form_group, out);
        out.end();
        described.write_label(&self.label, out);
        described.write_hint_and_error(out);
        out.html(&self.form_group.before_input);
        if self.javascript {
            out.open("div").class(["govuk-file-upload-wrapper", &self.wrapper_classes]);
            out.attr("data-module", "govuk-file-upload");
            out.some("data-i18n.choose-files-button", &self.choose_files_button_text);
            out.some("data-i18n.no-file-chosen", &self.no_file_chosen_text);
            out.some("data-i18n.multiple-files-chosen.other", &self.multiple_files_chosen_text.other);
            out.some("data-i18n.multiple-files-chosen.one", &self.multiple_files_chosen_text.one);
            out.some("data-i18n.drop-instruction", &self.drop_instruction_text);
            out.some("data-i18n.entered-drop-zone", &self.entered_drop_zone_text);
            out.some("data-i18n.left-drop-zone", &self.left_drop_zone_text);
            out.attributes(&self.wrapper_attributes).end();
        }
        let error = when(described.has_error(), "govuk-file-upload--error");
        out.open("input").class(["govuk-file-upload", &self.classes, error]).attr("id", id);
        out.attr("name", &self.name).attr("type", "file").flag("disabled", self.disabled);
        out.flag("multiple", self.multiple).some("aria-describedby", &described.by(&self.described_by));
        out.attributes(&self.attributes).raw(">\n");
        if self.javascript {
            out.close("div");
        }
        out.html(&self.form_group.after_input).close("div");
    }
}
