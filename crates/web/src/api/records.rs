//! One record: a child, an incident, a council's record; its history and who looked at it.
use axum::extract::{Path, State};
use cf_access::{Action, Resource};
use cf_app::Problem;
use cf_kernel::{StreamId, Timestamp};

use super::call::{Answered, Ask, answer};
use super::id;
use super::lists::{AFTER, MOST, log};
use super::openapi::Doc;
use super::param::{Holds, Param};
use super::place;
use super::shape::each;
use super::show::child::ChildRecord;
use super::show::incident::IncidentRecord;
use super::show::life::Together;
use super::show::lists::{AccessLog, CouncilRecord, History};
use super::show::partners::PartnerRecord;
use crate::routes::Routes;
use crate::state::Web;

pub(super) fn routes() -> Routes {
    Routes::below("/api/v1")
        .get("/children/{id}", Action::ViewChild, child)
        .doc(Doc::gives::<ChildRecord>("A child's record").params(AS_AT))
        .get("/children/{id}/together", Action::ViewChild, together)
        .doc(Doc::gives::<Together>(
            "Children who go missing together with this one, or share a suspect, a vehicle, a phone or an address",
        ))
        .get("/incidents/{id}", Action::ViewIncident, incident)
        .doc(Doc::gives::<IncidentRecord>("An incident").params(AS_AT))
        .get("/partners/{id}", Action::ViewPartnerRecords, partner)
        .doc(Doc::gives::<PartnerRecord>("A partner agency's record"))
        .get("/council/{id}", Action::ViewCouncilRecords, council)
        .doc(Doc::gives::<CouncilRecord>("A council's record"))
        .get("/records/{id}/history", Action::ViewHistory, history)
        .doc(Doc::gives::<History>("Every event of a child's record or an incident"))
        .get("/records/{id}/access", Action::ViewAccessLog, access)
        .doc(Doc::gives::<AccessLog>("Who looked at a record, newest first").params(AFTER))
}

const AS_AT: &[Param] =
    &[Param::new("as_at", Holds::Moment, "The record as it was known at this moment; now, if not given.")];

fn moment(ask: &Ask) -> Result<Option<Timestamp>, Problem> {
    Ok(ask.params(AS_AT)?.get("as_at").parse().ok())
}

fn stream(text: &str) -> Result<StreamId, Problem> {
    uuid::Uuid::parse_str(text).map(StreamId::from_uuid).map_err(|_| Problem::NotFound)
}

async fn child(State(web): State<Web>, Path(child): Path<String>, ask: Ask) -> Answered<ChildRecord> {
    let work = async { Ok((&web.app.child(&ask.caller, id(&child)?, moment(&ask)?).await?).into()) };
    answer(&ask.request, work).await
}

async fn together(State(web): State<Web>, Path(child): Path<String>, ask: Ask) -> Answered<Together> {
    let work = async {
        ask.params(&[])?;
        Ok((&web.app.together(&ask.caller, id(&child)?).await?).into())
    };
    answer(&ask.request, work).await
}

async fn incident(
    State(web): State<Web>,
    Path(incident): Path<String>,
    ask: Ask,
) -> Answered<IncidentRecord> {
    let work = async { Ok((&web.app.incident(&ask.caller, id(&incident)?, moment(&ask)?).await?).into()) };
    answer(&ask.request, work).await
}

async fn council(State(web): State<Web>, Path(record): Path<String>, ask: Ask) -> Answered<CouncilRecord> {
    let work = async {
        ask.params(&[])?;
        let record: cf_kernel::CouncilChildId = id(&record)?;
        let (state, absences) = web.app.council_record(&ask.caller, record).await?;
        Ok(CouncilRecord::of(record.uuid(), &state, &absences).ok_or(Problem::NotFound)?)
    };
    answer(&ask.request, work).await
}

async fn partner(State(web): State<Web>, Path(record): Path<String>, ask: Ask) -> Answered<PartnerRecord> {
    let work = async {
        ask.params(&[])?;
        let record: cf_kernel::PartnerRecordId = id(&record)?;
        let found = web.app.partner_record(&ask.caller, record).await?;
        Ok(PartnerRecord::of(record.uuid(), &found))
    };
    answer(&ask.request, work).await
}

async fn history(State(web): State<Web>, Path(record): Path<String>, ask: Ask) -> Answered<History> {
    let work = async {
        ask.params(&[])?;
        Ok(History { events: each(&web.app.history(&ask.caller, stream(&record)?).await?) })
    };
    answer(&ask.request, work).await
}

async fn access(State(web): State<Web>, Path(record): Path<String>, ask: Ask) -> Answered<AccessLog> {
    let work = async {
        let record = stream(&record)?;
        web.app.turn_away(&ask.caller, Action::ViewAccessLog, &Resource::desk(), &[record]).await?;
        let before = place::on_number(ask.params(AFTER)?.get("after"))?;
        Ok(log(web.app.access_of(&ask.caller, record, before, MOST).await?))
    };
    answer(&ask.request, work).await
}
