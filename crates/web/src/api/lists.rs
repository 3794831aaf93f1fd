//! Lists: the board, the queue, what the caller owes, matches, council records, who looked at what.
use axum::extract::State;
use cf_access::{Action, Resource};
use cf_app::Problem;
use cf_store::{BoardFilter, SearchFor};

use super::call::{Answered, Ask, Call, answer};
use super::openapi::Doc;
use super::param::{Holds, Param};
use super::place::{self, cut};
use super::shape::each;
use super::show::likely::hidden;
use super::show::lists::{AccessLog, Board, BoardLine, CouncilRecords, Found, Mine, OwnChildren, Queues};
use super::show::partners::PartnerRecords;
use crate::acts::Reader;
use crate::routes::Routes;
use crate::state::Web;

pub(super) fn routes() -> Routes {
    Routes::below("/api/v1")
        .get("/board", Action::ViewBoard, board)
        .doc(Doc::gives::<Board>("The board of open incidents, most urgent first").params(BOARD))
        .get("/queue", Action::ViewQueue, queue)
        .doc(Doc::gives::<Queues>("What waits for a supervisor"))
        .get("/mine", Action::ViewOwnWork, mine)
        .doc(Doc::gives::<Mine>("What the caller owes, soonest first"))
        .post("/children/search", Action::SearchChildren, search)
        .doc(Doc::gives::<Found>("Children who may be the one meant").body(SEARCH))
        .get("/partners", Action::ViewPartnerRecords, partners)
        .doc(Doc::gives::<PartnerRecords>("Records partner agencies sent").params(PARTNERS))
        .get("/council", Action::ViewCouncilRecords, council)
        .doc(Doc::gives::<CouncilRecords>("Records councils sent").params(COUNCIL))
        .get("/our-children", Action::ViewOwnChildren, own_children)
        .doc(
            Doc::gives::<OwnChildren>("Incidents of the children whom the caller's council answers for")
                .params(AFTER),
        )
        .get("/access", Action::ViewAccessLog, access)
        .doc(Doc::gives::<AccessLog>("Who looked at what, newest first").params(AFTER))
}

/// Rows in one answer.
pub(super) const AT_ONCE: i64 = 100;

pub(super) const GO_ON: Param = Param::new("after", Holds::Short, "The `after` that the list answered.");
pub(super) const AFTER: &[Param] = &[GO_ON];
const BOARD: &[Param] = &[
    Param::new("phase", Holds::Code(&["missing", "back"]), "Only incidents that stand like this."),
    Param::new(
        "grade",
        Holds::Code(&["very_low", "low", "medium", "high", "none"]),
        "`none`: not graded yet.",
    ),
    Param::new("borough", Holds::Short, "ONS code."),
    Param::new("owner", Holds::Code(&["me"]), "Only what the caller holds."),
    Param::new("overdue", Holds::Code(&["yes"]), "Only what has something overdue."),
    GO_ON,
];
const PARTNERS: &[Param] =
    &[Param::new("agency", Holds::Short, "The agency's code, as its mapping profile has it."), GO_ON];
const COUNCIL: &[Param] = &[Param::new("authority", Holds::Short, "DfE three-digit code."), GO_ON];
const SEARCH: &[Param] = &[
    Param::new("name", Holds::Text, "Spelling need not be exact."),
    Param::new("born_on", Holds::Day, "Date of birth."),
    Param::new("phone", Holds::Text, "A phone number."),
    Param::new("postcode", Holds::Text, "The home's postcode."),
];

async fn board(State(web): State<Web>, ask: Ask) -> Answered<Board> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewBoard, &Resource::desk(), &[]).await?;
        let asked = ask.params(BOARD)?;
        let text = |name| asked.get(name).to_owned();
        let filter = BoardFilter {
            phase: text("phase"),
            grade: text("grade"),
            borough: text("borough"),
            owner: (asked.get("owner") == "me").then_some(ask.caller.actor.user),
            overdue_at: (asked.get("overdue") == "yes").then(|| web.app.now()),
            after: place::on_board(asked.get("after"))?,
        };
        let (counts, rows) = web.app.board(&ask.caller, &filter, AT_ONCE + 1, 0).await?;
        let (rows, more) = cut(rows, AT_ONCE);
        let last = rows.last().filter(|_| more);
        let after = last.and_then(|row| row.place()).map(place::of_board);
        Ok(Board { counts: counts.into(), incidents: each::<_, BoardLine>(&rows), after })
    };
    answer(&ask.request, work).await
}

async fn queue(State(web): State<Web>, ask: Ask) -> Answered<Queues> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewQueue, &Resource::desk(), &[]).await?;
        ask.params(&[])?;
        Ok(Queues::from(&web.app.queue(&ask.caller).await?))
    };
    answer(&ask.request, work).await
}

async fn mine(State(web): State<Web>, ask: Ask) -> Answered<Mine> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewOwnWork, &Resource::desk(), &[]).await?;
        ask.params(&[])?;
        Ok(Mine { clocks: each(&web.app.my_clocks(&ask.caller).await?) })
    };
    answer(&ask.request, work).await
}

async fn search(State(web): State<Web>, call: Call) -> Answered<Found> {
    let work = async {
        web.app.turn_away(&call.caller, Action::SearchChildren, &Resource::desk(), &[]).await?;
        call.body.only(&[], SEARCH)?;
        let mut read = Reader::new(&call.body.answers);
        let asked = SearchFor {
            name: read.text("name"),
            born_on: read.maybe_day("born_on"),
            phone: read.text("phone"),
            postcode: read.text("postcode"),
        };
        if asked.is_empty() {
            read.problem("name", "Give a name, a date of birth, a phone number or a postcode.");
        }
        let asked = read.finish(Some(asked)).map_err(Problem::Invalid)?;
        let found = web.app.search(&call.caller, &asked, 25).await?;
        let (closed, ask) = (hidden(&found.hidden), found.hidden.ask.clone());
        Ok(Found { children: each(&found.children), hidden: closed, ask })
    };
    answer(&call.body.request, work).await
}

async fn council(State(web): State<Web>, ask: Ask) -> Answered<CouncilRecords> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewCouncilRecords, &Resource::desk(), &[]).await?;
        let asked = ask.params(COUNCIL)?;
        let authority = Some(asked.get("authority")).filter(|code| !code.is_empty());
        let after = place::on_id(asked.get("after"))?.map(cf_kernel::CouncilChildId::from_uuid);
        let rows = web.app.council_records_after(&ask.caller, authority, after, AT_ONCE + 1).await?;
        let (rows, more) = cut(rows, AT_ONCE);
        let after = rows.last().filter(|_| more).map(|row| place::of_id(row.stream));
        Ok(CouncilRecords { records: each(&rows), after })
    };
    answer(&ask.request, work).await
}

async fn partners(State(web): State<Web>, ask: Ask) -> Answered<PartnerRecords> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewPartnerRecords, &Resource::desk(), &[]).await?;
        let asked = ask.params(PARTNERS)?;
        let agency = Some(asked.get("agency")).filter(|code| !code.is_empty());
        let after = place::on_id(asked.get("after"))?.map(cf_kernel::PartnerRecordId::from_uuid);
        let rows = web.app.partner_records_after(&ask.caller, agency, after, AT_ONCE + 1).await?;
        let (rows, more) = cut(rows, AT_ONCE);
        let after = rows.last().filter(|_| more).map(|row| place::of_id(row.stream));
        Ok(PartnerRecords { records: each(&rows), after })
    };
    answer(&ask.request, work).await
}

async fn own_children(State(web): State<Web>, ask: Ask) -> Answered<OwnChildren> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewOwnChildren, &Resource::desk(), &[]).await?;
        let after = place::on_board(ask.params(AFTER)?.get("after"))?;
        let rows = web.app.own_children_after(&ask.caller, after, AT_ONCE + 1).await?;
        let (rows, more) = cut(rows, AT_ONCE);
        let last = rows.last().filter(|_| more);
        let after = last.and_then(cf_store::BoardRow::place_for_council).map(place::of_board);
        Ok(OwnChildren { incidents: each(&rows), after })
    };
    answer(&ask.request, work).await
}

async fn access(State(web): State<Web>, ask: Ask) -> Answered<AccessLog> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewAccessLog, &Resource::desk(), &[]).await?;
        let before = place::on_number(ask.params(AFTER)?.get("after"))?;
        Ok(log(web.app.access_recent(&ask.caller, before, MOST).await?))
    };
    answer(&ask.request, work).await
}

/// Entries of the access log in one answer, and one more.
pub(super) const MOST: u32 = 101;

pub(super) fn log(entries: Vec<cf_store::AccessRecorded>) -> AccessLog {
    let (entries, more) = cut(entries, AT_ONCE);
    let after = entries.last().filter(|_| more).map(|entry| entry.position.to_string());
    AccessLog { entries: each(&entries), after }
}
