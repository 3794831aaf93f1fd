//! Reports begun and not sent: one draft for each, by the command that will take it, until it is taken or discarded.
use cf_app::Problem;
use cf_components::Html;
use cf_kernel::{CommandId, Timestamp};
use cf_store::DraftKey;

use super::Asked;
use crate::acts::Answers;
use crate::markup::{link, list, p};
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
    keep(web, who, &mut fits).await
}
