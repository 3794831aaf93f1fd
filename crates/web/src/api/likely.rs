//! Children who may be the one a caller means, while a report is taken; and what a person says of them.
use axum::extract::State;
use cf_access::{Action, Resource};
use cf_app::Problem;
use cf_app::matching::{Heard, SHOWN};
use cf_kernel::ChildId;

use super::call::{Answered, Call, answer};
use super::office::{Nothing, nothing};
use super::openapi::Doc;
use super::param::{Holds, Param};
use super::show::likely::LikelyChildren;
use crate::acts::{Reader, child};
use crate::pages::report;
use crate::routes::Routes;
use crate::state::Web;

pub(super) fn routes() -> Routes {
    Routes::below("/api/v1")
        .post("/reports/likely", Action::SearchChildren, likely)
        .doc(Doc::gives::<LikelyChildren>(LIKELY).asks(|_| child::identity_fields(), THE_REPORT))
        .post("/reports/likely/not", Action::TakeReport, not_this_child)
        .doc(
            Doc::new("Say that a report is not about a child").asks(|_| child::identity_fields(), NOT).once(),
        )
        .post("/reports/likely/ask", Action::AskRestricted, ask_about)
        .doc(Doc::new("Note that the caller asks about a restricted record that fits").body(THE_CHILD))
}

const LIKELY: &str = "Children who may be the one a caller means, by what is known of the child so far";
const REPORT: Param = Param::new(
    "report",
    Holds::Id,
    "The idempotency key that the report will be sent with: children it is not about stay away.",
);
const CHILD: Param = Param::new("child", Holds::Id, "The child.").needed();
const THE_REPORT: &[Param] = &[REPORT];
const THE_CHILD: &[Param] = &[CHILD];
const NOT: &[Param] =
    &[REPORT.needed(), CHILD, Param::new("why", Holds::Text, "Why it is another child.").needed()];

/// What is known of the child, as the form has it.
fn heard(call: &Call) -> Result<Heard, Problem> {
    let mut read = Reader::new(&call.body.answers);
    let born_on = read.maybe_day("born_on");
    read.finish(Some(())).map_err(Problem::Invalid)?;
    let report = call.body.answers.get("report").parse().ok();
    Ok(Heard { born_on, report, ..report::heard(&call.body.answers) })
}

fn the_child(call: &Call) -> Result<ChildId, Problem> {
    call.body.answers.get("child").parse().map_err(|_| Problem::invalid("child", "Give the child."))
}

async fn likely(State(web): State<Web>, call: Call) -> Answered<LikelyChildren> {
    let work = async {
        web.app.turn_away(&call.caller, Action::SearchChildren, &Resource::desk(), &[]).await?;
        call.body.only(&child::identity_fields(), THE_REPORT)?;
        let heard = heard(&call)?;
        if heard.is_empty() {
            let ask = "Give a name, a date of birth, a phone number, an address or a postcode.";
            return Err(Problem::invalid("given_name", ask).into());
        }
        Ok((&web.app.likely(&call.caller, &heard, SHOWN).await?).into())
    };
    answer(&call.body.request, work).await
}

async fn not_this_child(State(web): State<Web>, call: Call) -> Nothing {
    let work = async {
        web.app.turn_away(&call.caller, Action::TakeReport, &Resource::desk(), &[]).await?;
        call.body.only(&child::identity_fields(), NOT)?;
        let mut read = Reader::new(&call.body.answers);
        let why = read.words("why", "Say why it is another child.");
        let why = read.finish(Some(why)).map_err(Problem::Invalid)?;
        let (heard, child) = (heard(&call)?, the_child(&call)?);
        if heard.report.is_none() {
            return Err(Problem::invalid("report", "Give the key of the report.").into());
        }
        // What is recorded follows from report and child, so that it is said once whatever the key.
        call.once(&web, async |_| Ok(web.app.not_this_child(&call.caller, &heard, child, why).await?)).await
    };
    nothing(&call.body.request, work).await
}

async fn ask_about(State(web): State<Web>, call: Call) -> Nothing {
    let work = async {
        web.app.turn_away(&call.caller, Action::AskRestricted, &Resource::desk(), &[]).await?;
        call.body.only(&[], THE_CHILD)?;
        Ok(web.app.ask_about_restricted(&call.caller, the_child(&call)?).await?)
    };
    nothing(&call.body.request, work).await
}
