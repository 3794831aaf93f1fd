//! How work flows, and the alarms of flows that fell: read, taken, answered.
use axum::extract::{Path, State};
use cf_access::{Action, Resource};
use cf_app::Problem;
use cf_casework::flow::Act;
use cf_kernel::FlowAlarmId;

use super::acts::VERSION;
use super::call::{Answered, Ask, Call, answer};
use super::id;
use super::openapi::Doc;
use super::param::{Holds, Param};
use super::show::flows::{FlowAlarm, Flows, OfFlowAlarm};
use crate::pages::flows::alarm::{fields, read};
use crate::routes::Routes;
use crate::state::Web;

pub(super) fn routes() -> Routes {
    Routes::below("/api/v1")
        .get("/flows", Action::ViewFlows, flows)
        .doc(Doc::gives::<Flows>("How work flows, with limits and alarms").params(WHERE))
        .get("/flows/alarms/{id}", Action::ViewFlows, alarm)
        .doc(Doc::gives::<FlowAlarm>("An alarm about a flow that fell"))
        .post("/flows/alarms/{id}/take", Action::AnswerFlowAlarm, take)
        .doc(Doc::gives::<OfFlowAlarm>("Take an alarm on").asks(|_| Vec::new(), VERSION).once())
        .post("/flows/alarms/{id}/answer", Action::AnswerFlowAlarm, respond)
        .doc(
            Doc::gives::<OfFlowAlarm>("Say why a flow fell and what is done")
                .asks(|_| fields(), VERSION)
                .once(),
        )
}

const WHERE: &[Param] = &[Param::new(
    "borough",
    Holds::Short,
    "Only of this borough, by its ONS code; all of London, if not given.",
)];

async fn flows(State(web): State<Web>, ask: Ask) -> Answered<Flows> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewFlows, &Resource::desk(), &[]).await?;
        let asked = ask.params(WHERE)?;
        let borough = Some(asked.get("borough")).filter(|borough| !borough.is_empty());
        Ok((&web.app.flows(&ask.caller, borough).await?).into())
    };
    answer(&ask.request, work).await
}

async fn alarm(State(web): State<Web>, Path(alarm): Path<String>, ask: Ask) -> Answered<FlowAlarm> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewFlows, &Resource::desk(), &[]).await?;
        ask.params(&[])?;
        Ok((&web.app.flow_alarm(&ask.caller, id(&alarm)?).await?).into())
    };
    answer(&ask.request, work).await
}

async fn take(State(web): State<Web>, Path(alarm): Path<String>, call: Call) -> Answered<OfFlowAlarm> {
    let work = async {
        web.app.turn_away(&call.caller, Action::AnswerFlowAlarm, &Resource::desk(), &[]).await?;
        let alarm: FlowAlarmId = id(&alarm)?;
        call.body.only(&[], VERSION)?;
        call.once(&web, async |command| {
            Ok(web.app.act_on_flow_alarm(&call.caller, command, alarm, call.version(), Act::Take).await?)
        })
        .await?;
        Ok(OfFlowAlarm { alarm: alarm.uuid() })
    };
    answer(&call.body.request, work).await
}

async fn respond(State(web): State<Web>, Path(alarm): Path<String>, call: Call) -> Answered<OfFlowAlarm> {
    let work = async {
        web.app.turn_away(&call.caller, Action::AnswerFlowAlarm, &Resource::desk(), &[]).await?;
        let alarm: FlowAlarmId = id(&alarm)?;
        call.body.only(&fields(), VERSION)?;
        let act = read(&call.body.answers).map_err(Problem::Invalid)?;
        call.once(&web, async |command| {
            Ok(web.app.act_on_flow_alarm(&call.caller, command, alarm, call.version(), act).await?)
        })
        .await?;
        Ok(OfFlowAlarm { alarm: alarm.uuid() })
    };
    answer(&call.body.request, work).await
}
