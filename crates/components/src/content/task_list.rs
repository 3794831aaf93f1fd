//! What there is to do, and how far each thing is.

use super::Tag;
use crate::Html;
use crate::markup::{Component, Markup, either, join_words, when};
use crate::options::{Attributes, from_content, options, printable};

options! {
    /// What there is to do.
    pub struct TaskTitle {
        /// What it says.
        pub content: Html,
        /// More classes.
        pub classes: String,
    }
}

options! {
    /// Help with a task.
    pub struct TaskHint {
        /// What it says.
        pub content: Html,
    }
}

options! {
    /// How far a task is: a tag, or words.
    pub struct TaskStatus {
        /// A tag.
        pub tag: Option<Tag>,
        /// Words, where there is no tag.
        pub content: Html,
        /// More classes.
        pub classes: String,
    }
}

impl From<Tag> for TaskStatus {
    fn from(tag: Tag) -> Self {
        Self::default().tag(tag)
    }
}

options! {
    /// One thing to do.
    pub struct Task {
        /// What there is to do.
        pub title: TaskTitle,
        /// Where it is done; none while it cannot be.
        pub href: String,
        /// Help with it.
        pub hint: TaskHint,
        /// How far it is.
        pub status: TaskStatus,
        /// More classes.
        pub classes: String,
    }
}

impl Task {
    /// A thing to do, where it is done, and how far it is.
    pub fn new(title: impl Into<TaskTitle>, href: impl Into<String>, status: impl Into<TaskStatus>) -> Self {
        Self::default().title(title).href(href).status(status)
    }
}

options! {
    /// What there is to do.
    pub struct TaskList {
        /// The tasks.
        pub items: Vec<Task>,
        /// Start of the ids: `task-list` unless said otherwise.
        pub id_prefix: String,
        /// More classes.
        pub classes: String,
        /// More attributes.
        pub attributes: Attributes,
    }
}

from_content!(TaskTitle, TaskHint, TaskStatus);
printable!(TaskList);

impl TaskList {
    /// What there is to do.
    pub fn new(items: impl Into<Vec<Task>>) -> Self {
        Self::default().items(items)
    }

    fn write_task(&self, number: usize, task: &Task, out: &mut Markup) {
        let prefix = either(&self.id_prefix, "task-list");
        let status_id = format!("{prefix}-{number}-status");
        let has_hint = !task.hint.content.is_empty();
        let hint_id = if has_hint { format!("{prefix}-{number}-hint") } else { String::new() };
        let linked = when(!task.href.is_empty(), "govuk-task-list__item--with-link");
        out.open("li").class(["govuk-task-list__item", linked, &task.classes]).end();
        out.open("div").class(["govuk-task-list__name-and-hint"]).end();
        if task.href.is_empty() {
            out.open("div").class([&task.title.classes]).end().html(&task.title.content).close("div");
        } else {
            out.open("a").class(["govuk-link govuk-task-list__link", &task.title.classes]);
            out.attr("href", &task.href).attr("aria-describedby", &join_words([&hint_id, &status_id]));
            out.end().html(&task.title.content).close("a");
        }
        if has_hint {
            out.open("div").attr("id", &hint_id).class(["govuk-task-list__hint"]).end();
            out.html(&task.hint.content).close("div");
        }
        out.close("div").open("div").class(["govuk-task-list__status", &task.status.classes]);
        out.attr("id", &status_id).end();
        match &task.status.tag {
            Some(tag) => out.add(tag),
            None => out.html(&task.status.content),
        };
        out.close("div").close("li");
    }
}

impl Component for TaskList {
    fn write(&self, out: &mut Markup) {
        out.open("ul").class(["govuk-task-list", &self.classes]).attributes(&self.attributes).end();
        for (index, task) in self.items.iter().enumerate() {
            self.write_task(index + 1, task, out);
        }
        out.close("ul");
    }
}
