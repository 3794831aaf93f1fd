//! The record as a record: its heads, its checkpoints, a verification now, and who read what.
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::Response;
use cf_access::{Action, Resource};
use cf_app::Problem;
use cf_components::{Banner, Button, Html, SummaryList, SummaryRow, Urgency};
use cf_store::{AccessRecorded, Report};
use serde::Deserialize;
use tokio::sync::Semaphore;

use crate::markup::{form, h1, h2, link, p, tag};
use crate::pages::child::{Names, access_table};
use crate::pages::problem_page::{PageProblem, capital};
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

/// A page waits no longer for a verification; a larger record is verified on the command line.
const LONGEST: Duration = Duration::from_secs(60);
/// One at a time: each reads the whole record.
static ONE: Semaphore = Semaphore::const_new(1);

pub(super) async fn page(State(web): State<Web>, who: SignedIn) -> Result<Response, PageProblem> {
    show(&web, &who, Html::default()).await
}

async fn show(web: &Web, who: &SignedIn, result: Html) -> Result<Response, PageProblem> {
    let heads = web.app.heads(&who.caller).await.map_err(|problem| PageProblem::to(web, who, problem))?;
    let mut parts = vec![
        h1("The record"),
        result,
        p(
            "Every decision and every reading is an entry of a log. Each entry changes the root, so nothing can be changed or left out unseen by somebody who kept an earlier checkpoint.",
        ),
        form("/record/verify", Html::from(Button::submit("Verify the record now"))),
    ];
    // An administrator verifies the record and reads no case, nor who read which.
    if web.app.may(&who.caller, Action::ViewAccessLog, &Resource::desk()) {
        parts.push(p(link("/record/access", "Who read what")));
    }
    parts.push(p(link("/imports", "Imports")));
    for head in heads {
        parts.push(h2(format!("The {} log", head.log.name())));
        let checkpoint =
            head.checkpoint.map_or_else(|| Html::from("none signed yet"), |note| tag("pre", "cf-note", note));
        parts.push(
            SummaryList::new(vec![
                SummaryRow::new("Entries", head.size.to_string().as_str()),
                SummaryRow::new("Root", head.root.as_str()),
                SummaryRow::new("Last signed checkpoint", checkpoint),
                SummaryRow::new("Public key", tag("code", "cf-note", head.key)),
            ])
            .into(),
        );
    }
    parts.push(h2("Verify it yourself"));
    parts.push(p("Keep the checkpoints and public keys outside this service. Run childfirst verify beside the database, or on a bundle, and compare."));
    Ok(Shell::new(web, who, "/record", "The record").show(Html::join(parts)))
}

pub(super) async fn verify(State(web): State<Web>, Sent { who, .. }: Sent) -> Result<Response, PageProblem> {
    let result = match recompute(&web, &who.caller).await {
        Ok(report) => verified(&report),
        Err(Problem::Refused { message, next_step, .. }) => {
            let words = format!("{}. {next_step}", capital(&message));
            Banner::new("Not finished", words.as_str(), Urgency::Soon).into()
        }
        Err(problem) => return Err(PageProblem::to(&web, &who, problem)),
    };
    show(&web, &who, result).await
}

/// Recomputes both logs, one at a time and for a minute at most.
pub(crate) async fn recompute(web: &Web, caller: &cf_app::Caller) -> Result<Report, Problem> {
    let refused = |code, message: &str, next_step| {
        Err(Problem::Refused { code, message: message.to_owned(), next_step })
    };
    let Ok(_permit) = ONE.try_acquire() else {
        return refused("verifying", "a verification is running already", "Wait for it to end.");
    };
    match tokio::time::timeout(LONGEST, web.app.verify_record(caller)).await {
        Ok(report) => report,
        Err(_) => refused(
            "verification_too_long",
            "this took longer than a minute and was stopped",
            "Run childfirst verify instead.",
        ),
    }
}

fn verified(report: &Report) -> Html {
    let words = format!(
        "{} entries of the record and {} of the access log recomputed; {} sealed texts as written, {} destroyed with an entry that says by whom.",
        report.record.entries, report.access.entries, report.sealed, report.destroyed
    );
    match &report.damage {
        None => Banner::new("Whole", words.as_str(), Urgency::Calm).into(),
        Some(damage) => {
            let words = format!("{} is not as it was written. {words}", capital(&damage.to_string()));
            Banner::new("Damaged", words.as_str(), Urgency::Overdue).into()
        }
    }
}

/// Entries on one page.
const SHOWN: u32 = 100;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    before: Option<i64>,
    #[serde(default)]
    by: String,
    #[serde(default)]
    denied: String,
}

pub(super) async fn access(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    let by = asked.by.parse().ok();
    let denied = asked.denied == "yes";
    // Denials are rare: more is read for them, so that a page is not empty by chance.
    let limit = if denied { SHOWN * 20 } else { SHOWN };
    let read = async {
        let entries = web.app.access_log(&who.caller, by, asked.before, limit).await?;
        Ok::<_, Problem>((entries, Names::of(&web).await?))
    };
    let (entries, names) = read.await.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let last = entries.last().map(|entry| entry.position).filter(|_| entries.len() == limit as usize);
    let shown: Vec<AccessRecorded> =
        entries.into_iter().filter(|entry| !denied || !entry.permitted).collect();
    let by = by.map(|user: cf_kernel::UserId| format!("&by={user}")).unwrap_or_default();
    let filter = if denied { "&denied=yes" } else { "" };
    let mut parts = vec![
        h1("Who read what"),
        p("Newest first. Times are London's."),
        if denied {
            p(link("/record/access", "Show all"))
        } else {
            p(link(&format!("/record/access?denied=yes{by}"), "Show only what was denied"))
        },
        access_table(&shown, &names),
    ];
    if let Some(last) = last {
        parts.push(p(link(&format!("/record/access?before={last}{by}{filter}"), "Earlier entries")));
    }
    let shell = Shell::new(&web, &who, "/record", "Who read what").wide().back("/record", "The record");
    Ok(shell.show(Html::join(parts)))
}
