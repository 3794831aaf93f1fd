//! Reports begun and not sent: one draft for each, by the command that will take it, until it is taken or discarded.
use cf_app::{FieldProblem, Problem};
use cf_components::Html;
use cf_kernel::{CommandId, Timestamp};
use cf_store::DraftKey;

use super::Asked;
use crate::acts::Answers;
use crate::markup::{hidden, link, list, p};
use crate::session::SignedIn;
use crate::state::Web;

/// Where drafts of reports are kept: one for each report, by the command that will take it.
const DRAFTS: &str = "report/";
/// Where it is kept what a report said that was taken, so that the same form sent twice is told from another one.
pub(super) const TAKEN: &str = "taken/";
/// Other reports begun that are listed.
const OTHERS: usize = 5;

pub(super) fn draft_key(who: &SignedIn, command: CommandId) -> DraftKey {
    key_under(DRAFTS, who, command)
}

pub(super) fn key_under(place: &str, who: &SignedIn, command: CommandId) -> DraftKey {
    DraftKey { owner: who.caller.actor.user, key: format!("{place}{command}") }
}

/// Answers as they are kept.
pub(super) fn written(answers: &Answers) -> Result<Vec<u8>, Problem> {
    let pairs: Vec<(&str, &str)> = answers.pairs().collect();
    serde_json::to_vec(&pairs).map_err(Problem::fault)
}

/// The command that will take this report; a new one where the answers name none.
pub(super) fn command_of(answers: &mut Answers) -> CommandId {
    answers.get("command").parse().unwrap_or_else(|_| {
        let command = CommandId::new();
        answers.set("command", command.to_string());
        command
    })
}

/// The reports this person began and did not send, the one typed in last first.
async fn begun(web: &Web, who: &SignedIn) -> Result<Vec<(CommandId, Timestamp)>, Problem> {
    let drafts = web.app.store().drafts_of(who.caller.actor.user).await?;
    let command = |(key, at): (String, Timestamp)| Some((key.strip_prefix(DRAFTS)?.parse().ok()?, at));
    Ok(drafts.into_iter().filter_map(command).collect())
}

/// What was typed into one report.
async fn typed(web: &Web, who: &SignedIn, command: CommandId) -> Result<Answers, Problem> {
    let draft = web.app.store().draft(&draft_key(who, command)).await?;
    let pairs: Option<Vec<(String, String)>> =
        draft.map(|draft| serde_json::from_slice(&draft.body)).transpose().map_err(Problem::fault)?;
    Ok(Answers::from_pairs(pairs.unwrap_or_default()))
}

/// What was typed and not sent yet: into the report asked for, or the one typed in last.
pub(super) async fn kept(web: &Web, who: &SignedIn, asked: &Asked) -> Result<Answers, Problem> {
    if asked.another.is_some() {
        return Ok(Answers::from_pairs(Vec::new()));
    }
    let command = match asked.draft.as_deref().and_then(|command| command.parse().ok()) {
        Some(command) => Some(command),
        None => begun(web, who).await?.first().map(|(command, _)| *command),
    };
    match command {
        Some(command) => typed(web, who, command).await,
        None => Ok(Answers::from_pairs(Vec::new())),
    }
}

/// Other reports this person began, and the way to one more.
pub(super) async fn others(web: &Web, who: &SignedIn, answers: &Answers) -> Result<Html, Problem> {
    let this = answers.get("command");
    let mut lines = Vec::new();
    let all = begun(web, who).await?;
    for (command, at) in all.iter().filter(|(command, _)| command.to_string() != this).take(OTHERS) {
        let typed = typed(web, who, *command).await?;
        let name = format!("{} {}", typed.get("given_name"), typed.get("family_name"));
        let name = if name.trim().is_empty() { "no name yet" } else { name.trim() };
        lines.push(link(&format!("/report?draft={command}"), format!("{name}, last typed in {at}")));
    }
    let mut parts = Vec::new();
    if !lines.is_empty() {
        parts.push(p("You began other reports and did not send them:"));
        parts.push(list(lines));
    }
    if all.iter().any(|(command, _)| command.to_string() == this) {
        parts.push(p(link("/report?another=yes", "Start another report; this one is kept")));
    }
    Ok(Html::join(parts))
}

/// Says in the form what its draft held when the page was made or last saved: what changed since was changed elsewhere.
pub(super) const BASE: &str = "base";
/// Before the name of an answer: what another window said to the same question.
pub(super) const OTHER: &str = "other.";

/// What another window of the same report brought into a form.
#[derive(Default, serde::Serialize)]
pub(super) struct Merged {
    /// Answers that only the other window changed.
    pub(super) came: Vec<(String, Vec<String>)>,
    /// Answers that both changed.
    pub(super) both: Vec<Both>,
}

/// A question that two windows answered differently.
#[derive(serde::Serialize)]
pub(super) struct Both {
    pub(super) field: String,
    pub(super) message: String,
    pub(super) theirs: String,
}

impl Merged {
    pub(super) fn nothing(&self) -> bool {
        self.came.is_empty() && self.both.is_empty()
    }

    /// The same as what is wrong with a form.
    pub(super) fn problems(&self) -> Vec<FieldProblem> {
        self.both.iter().map(|both| FieldProblem::new(&both.field, both.message.as_str())).collect()
    }
}

/// Brings what another window saved since into this form, answer by answer. Where both changed one, this form keeps its
/// own and carries the other beside it.
pub(super) async fn merge(web: &Web, who: &SignedIn, answers: &mut Answers) -> Result<Merged, Problem> {
    let base = answers.take(BASE);
    let Ok(base) = serde_json::from_str::<Vec<(String, String)>>(&base) else { return Ok(Merged::default()) };
    let theirs = typed(web, who, command_of(answers)).await?;
    if theirs.is_empty() {
        return Ok(Merged::default());
    }
    Ok(three_ways(&Answers::from_pairs(base), &theirs, answers))
}

fn three_ways(base: &Answers, theirs: &Answers, mine: &mut Answers) -> Merged {
    let said = |answers: &Answers, name: &str| -> Vec<String> {
        let values = answers.all(name).iter().map(|value| value.replace("\r\n", "\n"));
        values.filter(|value| !value.is_empty()).collect()
    };
    let names: std::collections::BTreeSet<&str> =
        base.pairs().chain(theirs.pairs()).map(|(name, _)| name).collect();
    let mut merged = Merged::default();
    for name in names {
        let (was, now, here) = (said(base, name), said(theirs, name), said(mine, name));
        if matches!(name, "command" | "child" | "step") || now == was || now == here {
            continue;
        }
        if here == was || name.starts_with(OTHER) {
            mine.put(name, now.clone());
            merged.came.push((name.to_owned(), now));
            continue;
        }
        let theirs = now.join(", ");
        let message = if theirs.is_empty() {
            "Another window emptied this answer. What you typed here is kept.".to_owned()
        } else {
            format!("Another window answered this too, and both are kept. It says: {theirs}")
        };
        mine.set(&format!("{OTHER}{name}"), theirs.as_str());
        merged.both.push(Both { field: name.to_owned(), message, theirs });
    }
    merged
}

/// What other windows said to questions that were answered here too: shown, and carried with the form.
pub(super) fn said_elsewhere(answers: &Answers) -> Html {
    let others = answers.pairs().filter(|(name, text)| name.starts_with(OTHER) && !text.is_empty());
    Html::join(others.map(|(name, text)| {
        let shown =
            p(format!("Another window of this report also said, to a question answered here: {text}"));
        Html::join([shown, hidden(name, text)])
    }))
}

/// Saves what is typed as this report's draft. False: the report was taken or discarded since, and nothing is kept.
pub(super) async fn save(web: &Web, who: &SignedIn, answers: &mut Answers) -> Result<bool, Problem> {
    let key = draft_key(who, command_of(answers));
    let body = written(answers)?;
    Ok(web.app.store().save_draft(&key, &body, web.app.now()).await?.is_some())
}

/// Keeps what a person sent. When its report is over, because another window took or discarded it, it begins another.
pub(super) async fn keep(web: &Web, who: &SignedIn, answers: &mut Answers) -> Result<(), Problem> {
    if !save(web, who, answers).await? {
        answers.set("command", CommandId::new().to_string());
        save(web, who, answers).await?;
    }
    Ok(())
}

/// Whether the form's command has taken another report than the one it holds now, which then gets a command of its own. The
/// same form sent twice is one report.
pub(super) async fn taken_before(web: &Web, who: &SignedIn, answers: &mut Answers) -> Result<bool, Problem> {
    let (store, command) = (web.app.store(), command_of(answers));
    if !store.command_done(command).await? {
        return Ok(false);
    }
    let said = store.draft(&key_under(TAKEN, who, command)).await?;
    if said.is_none_or(|said| written(answers).is_ok_and(|now| now == said.body)) {
        return Ok(false);
    }
    keep(web, who, answers).await?;
    Ok(true)
}

/// Keeps a form that is too long to take: every answer whole but those beyond what a record holds, which are cut.
pub(crate) async fn keep_what_fits(web: &Web, who: &SignedIn, answers: &Answers) -> Result<(), Problem> {
    let cut = |text: &str| -> String { text.chars().take(cf_app::report::LONGEST_TEXT).collect() };
    let mut fits = Answers::from_pairs(answers.pairs().map(|(name, value)| (name.to_owned(), cut(value))));
    fits.take(BASE);
    keep(web, who, &mut fits).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        Answers::from_pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn two_windows_are_brought_together_answer_by_answer() {
        let base = answers(&[("description", "tall"), ("last_seen", ""), ("already_tried", "a")]);
        let theirs = answers(&[("description", "tall"), ("last_seen", "the park"), ("already_tried", "b")]);
        let mut mine = answers(&[("description", "short"), ("last_seen", ""), ("already_tried", "c")]);
        let merged = three_ways(&base, &theirs, &mut mine);
        assert_eq!(merged.came, [("last_seen".to_owned(), vec!["the park".to_owned()])]);
        assert_eq!(mine.get("description"), "short");
        assert_eq!(mine.get("last_seen"), "the park");
        assert_eq!((mine.get("already_tried"), mine.get("other.already_tried")), ("c", "b"));
        assert_eq!(merged.both.len(), 1);

        let same = theirs.clone();
        assert!(three_ways(&same, &theirs, &mut answers(&[("last_seen", "home")])).nothing());
    }
}
