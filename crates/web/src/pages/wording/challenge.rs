//! Challenging words in a record, whoever wrote them and of whatever rank.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cf_app::wording::matters::{ChallengeForm, NarrativeEntry};
use cf_app::{FieldProblem, Problem};
use cf_casework::wording::RecordKind;
use cf_components::{Button, Html};
use cf_kernel::{CommandId, StreamId};

use crate::acts::field::Kind;
use crate::acts::{Answers, Field, Reader, fields_html};
use crate::markup::{form, h1, hidden, p};
use crate::pages::problem_page::{PageProblem, capital};
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

/// Characters of an entry shown to choose it by.
const SHOWN: usize = 90;

struct Place {
    kind: RecordKind,
    record: StreamId,
    path: String,
}

fn place(kind: &str, id: &str) -> Result<Place, Problem> {
    let kind_of = match kind {
        "incidents" => RecordKind::Incident,
        "children" => RecordKind::Child,
        _ => return Err(Problem::NotFound),
    };
    let record = id.parse().map_err(|_| Problem::NotFound)?;
    Ok(Place { kind: kind_of, record, path: format!("{kind}/{id}") })
}

pub(super) async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, PageProblem> {
    let place = place(&kind, &id).map_err(|problem| PageProblem::to(&web, &who, problem))?;
    show(&web, &who, &place, &Answers::default(), StatusCode::OK, &[]).await
}

fn label(entry: &NarrativeEntry) -> String {
    let what = capital(&entry.event_type.replace('_', " "));
    let writer = entry.writer.as_ref().map_or("imported".to_owned(), |writer| writer.name.clone());
    let text = entry.texts.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("{what}, {writer}, {}: {shown}", entry.at)
}

async fn show(
    web: &Web,
    who: &SignedIn,
    place: &Place,
    answers: &Answers,
    status: StatusCode,
    problems: &[FieldProblem],
) -> Result<Response, PageProblem> {
    let entries = web.app.wording_entries(&who.caller, place.kind, place.record).await;
    let entries = entries.map_err(|problem| PageProblem::to(web, who, problem))?;
    let here = format!("/{}", place.path);
    let mut parts = vec![
        h1("Challenge wording"),
        p(
            "Words that blame a child can be challenged by anybody, whoever wrote them. The writer is asked for an answer, \
           and somebody other than you and the writer says what comes of it. Nothing in the record is changed.",
        ),
    ];
    if entries.is_empty() {
        parts.push(p("Nothing in this record is narrative yet."));
    } else {
        let choices = entries.iter().map(|entry| (entry.version.to_string(), label(entry))).collect();
        let fields = [
            Field::new("entry", "Which entry do the words stand in?", Kind::One(choices)),
            Field::new("words", "The words", Kind::Line(0)).hint("Copy them as they stand there."),
            Field::new("why", "Why do you challenge them?", Kind::Words(4)).unchecked(),
        ];
        let command = match answers.get("command") {
            "" => CommandId::new().to_string(),
            command => command.to_owned(),
        };
        parts.push(form(
            &format!("/wording/challenge/{}", place.path),
            Html::join([
                hidden("command", &command),
                fields_html(&fields, answers, problems),
                Button::submit("Challenge the words").prevent_double_click(Some(true)).into(),
            ]),
        ));
    }
    let shell = Shell::new(web, who, "", "Challenge wording").back(&here, "Back to the record");
    Ok(shell.problems(status, problems).show(Html::join(parts)))
}

/// The challenge in the answers. Pages and API read it alike.
pub(crate) fn read(answers: &Answers) -> Result<ChallengeForm, Vec<FieldProblem>> {
    let mut read = Reader::new(answers);
    let entry = read.code("entry", |text| text.parse().ok(), "Choose the entry the words stand in.");
    let words = read.words("words", "Copy the words.");
    let why = read.words("why", "Say why you challenge them.");
    read.finish(Some(ChallengeForm { entry, words, why }))
}

pub(super) async fn send(
    State(web): State<Web>,
    Path((kind, id)): Path<(String, String)>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    let place = place(&kind, &id).map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let command = answers.get("command").parse().unwrap_or_else(|_| CommandId::new());
    let result = match read(&answers) {
        Ok(form) => web.app.challenge_wording(&who.caller, command, place.kind, place.record, form).await,
        Err(problems) => Err(Problem::Invalid(problems)),
    };
    let problem = match result {
        Ok(id) => return Ok(Redirect::to(&format!("/wording/matters/{id}?done=challenged")).into_response()),
        Err(problem) => problem,
    };
    let (status, message, next) = crate::problem::table(&problem);
    let problems = match problem {
        Problem::Invalid(problems) => problems,
        Problem::Refused { .. } => vec![FieldProblem::new("form", format!("{}. {next}", capital(&message)))],
        other => return Err(PageProblem::to(&web, &who, other)),
    };
    show(&web, &who, &place, &answers, status, &problems).await
}
