//! What was done to an incident and no longer stands.
use cf_casework::missing::past;
use cf_kernel::{Actor, Timestamp};

use super::incident::{Closing, HandedOver, TakenOver, WithdrawnReturn};
use crate::api::shape::{At, text};

impl From<&past::WithdrawnReturn> for WithdrawnReturn {
    fn from(withdrawn: &past::WithdrawnReturn) -> Self {
        let recorded = withdrawn.recorded.as_ref();
        Self {
            back: (&withdrawn.back).into(),
            recorded_at: recorded.map(|(at, _)| At(*at)),
            recorded_by: recorded.map(|(_, by)| by.into()),
            prevention_interview: (&withdrawn.prevention).into(),
            return_interview: (&withdrawn.interview).into(),
            withdrawn_at: At(withdrawn.why.at),
            withdrawn_by: (&withdrawn.why.by).into(),
            reason: text(&withdrawn.why.what),
        }
    }
}

impl From<&past::Closing> for Closing {
    fn from(closing: &past::Closing) -> Self {
        let reopened = closing.reopened.as_ref();
        Self {
            at: At(closing.at),
            by: closing.by.as_ref().map(Into::into),
            summary: closing.summary.as_ref().and_then(text),
            reopened_at: reopened.map(|why| At(why.at)),
            reopened_by: reopened.map(|why| (&why.by).into()),
            reason: reopened.and_then(|why| text(&why.what)),
        }
    }
}

impl From<&past::HandedOver> for HandedOver {
    fn from(handed: &past::HandedOver) -> Self {
        let state = match &handed.ended {
            None => "waiting",
            Some(ended) if ended.acknowledged => "acknowledged",
            Some(_) => "taken_over",
        };
        let ended = handed.ended.as_ref();
        Self {
            hand_over: (&handed.hand_over).into(),
            state: state.to_owned(),
            ended_at: ended.map(|ended| At(ended.at)),
            ended_by: ended.map(|ended| (&ended.by).into()),
        }
    }
}

impl From<&(Timestamp, Actor)> for TakenOver {
    fn from((at, by): &(Timestamp, Actor)) -> Self {
        Self { at: At(*at), by: by.into() }
    }
}
