//! Several lines of text, with a limit that is counted aloud.

use super::label::id_or_name;
use super::{ErrorMessage, FormGroup, Hint, Label, Textarea};
use crate::Html;
use crate::markup::{Component, Markup, either, join_words};
use crate::options::{Attributes, options, printable};

options! {
    /// A text for one of something, and for any other number.
    pub struct PluralText {
        /// For exactly one.
        pub one: String,
        /// For none and for several; `%{count}` stands for the number.
        pub other: String,
    }
}

options! {
    /// The line that counts.
    pub struct CountMessage {
        /// More classes.
        pub classes: String,
    }
}

options! {
    /// Several lines of text, with a limit that is counted aloud. The limit is not enforced by the page.
    pub struct CharacterCount {
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
        /// What was typed so far.
        pub value: String,
        /// Lines shown: 5 unless said otherwise.
        pub rows: Option<u32>,
        /// Most characters.
        pub maxlength: Option<u32>,
        /// Most words; counts words where both are given.
        pub maxwords: Option<u32>,
        /// What is counted, where it is not plain from the limit: `words`, `characters`, `code-points`...
        pub count_type: String,
        /// Percentage of the limit from which the count is shown.
        pub threshold: Option<u32>,
        /// What is said before anything is typed; `%{count}` stands for the limit.
        pub textarea_description_text: String,
        /// Whether the browser checks spelling. It may send the text away.
        pub spellcheck: Option<bool>,
        /// The line that counts.
        pub count_message: CountMessage,
        /// How many characters are left.
        pub characters_under_limit_text: PluralText,
        /// No character is left.
        pub characters_at_limit_text: String,
        /// How many characters are too many.
        pub characters_over_limit_text: PluralText,
        /// How many words are left.
        pub words_under_limit_text: PluralText,
        /// No word is left.
        pub words_at_limit_text: String,
        /// How many words are too many.
        pub words_over_limit_text: PluralText,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
        /// The box round the field.
        pub form_group: FormGroup,
    }
}

printable!(CharacterCount);

impl CharacterCount {
    /// A field with its name, its question and the most characters it takes.
    pub fn new(name: impl Into<String>, label: impl Into<Label>, maxlength: u32) -> Self {
        Self::default().name(name).label(label).maxlength(maxlength)
    }

    fn limit(&self) -> Option<u32> {
        self.maxwords.or(self.maxlength)
    }

    /// What is counted, empty where the browser decides.
    fn counted(&self) -> &str {
        either(&self.count_type, if self.maxwords.is_some() { "words" } else { "" })
    }

    fn description(&self) -> String {
        let unit = if self.counted() == "words" { "words" } else { "characters" };
        let usual = format!("You can enter up to %{{count}} {unit}");
        self.limit().map_or_else(String::new, |limit| {
            either(&self.textarea_description_text, &usual).replace("%{count}", &limit.to_string())
        })
    }

    fn data_attributes(&self) -> Attributes {
        let mut attributes = Attributes::from([("data-module", "govuk-character-count")]);
        for (name, number) in [
            ("data-maxlength", self.maxlength),
            ("data-maxwords", self.maxwords),
            ("data-threshold", self.threshold),
        ] {
            if let Some(number) = number {
                attributes = attributes.and(name, number.to_string());
            }
        }
        let unlimited = if self.limit().is_none() { self.textarea_description_text.as_str() } else { "" };
        for (name, text) in [
            ("data-count-type", self.counted()),
            ("data-i18n.textarea-description.other", unlimited),
            ("data-i18n.characters-under-limit.other", &self.characters_under_limit_text.other),
            ("data-i18n.characters-under-limit.one", &self.characters_under_limit_text.one),
            ("data-i18n.characters-at-limit", &self.characters_at_limit_text),
            ("data-i18n.characters-over-limit.other", &self.characters_over_limit_text.other),
            ("data-i18n.characters-over-limit.one", &self.characters_over_limit_text.one),
            ("data-i18n.words-under-limit.other", &self.words_under_limit_text.other),
            ("data-i18n.words-under-limit.one", &self.words_under_limit_text.one),
            ("data-i18n.words-at-limit", &self.words_at_limit_text),
            ("data-i18n.words-over-limit.other", &self.words_over_limit_text.other),
            ("data-i18n.words-over-limit.one", &self.words_over_limit_text.one),
        ] {
            if !text.is_empty() {
                attributes = attributes.and(name, text);
            }
        }
        attributes
    }
}

impl Component for CharacterCount {
    fn write(&self, out: &mut Markup) {
        let id = id_or_name(&self.id, &self.name);
        let info = format!("{id}-info");
        let message = Hint::from(self.description())
            .id(&info)
            .classes(join_words(["govuk-character-count__message", &self.count_message.classes]));
        let mut textarea = Textarea::new(&self.name, self.label.clone())
            .id(id)
            .hint(self.hint.clone())
            .error_message(self.error_message.clone())
            .value(&self.value)
            .rows(self.rows)
            .spellcheck(self.spellcheck)
            .described_by(info)
            .classes(join_words(["govuk-js-character-count", &self.classes]))
            .attributes(self.attributes.clone())
            .form_group(self.form_group.clone());
        textarea.form_group.after_input = Html::join([message.into(), self.form_group.after_input.clone()]);
        textarea.write_in(out, "govuk-character-count", &self.data_attributes());
    }
}
