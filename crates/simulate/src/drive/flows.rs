//! The flows of work, watched once a day; an inspector looks into whatever chance brought.
//!
//! The fall this London stages, of prevention interviews, is left for whoever looks around: see
//! [`crate::plan::London::nobody_visits_from`].
use cf_app::{App, Problem};
use cf_casework::flow::{Act, Answer, Finding, Flow};
use cf_kernel::{CommandId, Role, Timestamp};

use super::World;

/// An alarm is answered when it is this old.
const ANSWERED_AFTER_DAYS: i64 = 2;

pub(super) async fn watch(app: &App, world: &World) -> Result<(), Problem> {
    app.watch_flows().await?;
    let Some(inspector) = world.callers.iter().find(|caller| caller.role() == Role::Inspector) else {
        return Ok(());
    };
    for alarm in app.store().flow_alarms(100).await? {
        let age = app.now().seconds_since(Timestamp::from_micros(alarm.raised_at));
        let staged = alarm.flow == Flow::PreventionInterviews.code();
        if staged || alarm.answered_at.is_some() || age < ANSWERED_AFTER_DAYS * 86_400 {
            continue;
        }
        let answer = Answer {
            finding: Finding::NothingFound,
            found: "Went through the week with the team. Fewer cases came up; none was left undone.".into(),
            done: "Nothing. Looked at again in a fortnight.".into(),
        };
        app.act_on_flow_alarm(inspector, CommandId::new(), alarm.id(), None, Act::Answer(answer)).await?;
    }
    Ok(())
}
