//! Pairs of records that may be one child: listed, weighed, decided by a person.
use axum::extract::{Path, State};
use cf_access::{Action, Resource};
use cf_app::Problem;
use cf_app::matching::Decision;
use cf_kernel::LinkId;

use super::call::{Answered, Ask, Call, answer};
use super::id;
use super::openapi::Doc;
use super::param::{Holds, Param};
use super::show::links::{LinkPair, LinksWaiting, OfLink};
use crate::routes::Routes;
use crate::state::Web;

pub(super) fn routes() -> Routes {
    Routes::below("/api/v1")
        .get("/links", Action::ViewLinks, waiting)
        .doc(Doc::gives::<LinksWaiting>("Pairs of records that may be one child, likeliest first"))
        .get("/links/{id}", Action::ViewLinks, pair)
        .doc(Doc::gives::<LinkPair>("A pair side by side, with what speaks for and against"))
        .post("/links/{id}/decide", Action::DecideLink, decide)
        .doc(Doc::gives::<OfLink>("Decide about a pair").body(DECISION).once())
}

const DECISION: &[Param] = &[
    Param::new(
        "decision",
        Holds::Code(&["same", "different", "unsure", "undo"]),
        "One child; two children; left for another look; a link undone.",
    )
    .needed(),
    Param::new("note", Holds::Text, "In the person's words. Only `same` may do without."),
    Param::new(
        "version",
        Holds::Whole,
        "The version decided on: a pair that has moved on since is a conflict.",
    )
    .needed(),
];

async fn waiting(State(web): State<Web>, ask: Ask) -> Answered<LinksWaiting> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewLinks, &Resource::desk(), &[]).await?;
        ask.params(&[])?;
        Ok((&web.app.links_waiting(&ask.caller).await?).into())
    };
    answer(&ask.request, work).await
}

async fn pair(State(web): State<Web>, Path(link): Path<String>, ask: Ask) -> Answered<LinkPair> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewLinks, &Resource::desk(), &[]).await?;
        ask.params(&[])?;
        Ok((&web.app.link(&ask.caller, id(&link)?).await?).into())
    };
    answer(&ask.request, work).await
}

async fn decide(State(web): State<Web>, Path(link): Path<String>, call: Call) -> Answered<OfLink> {
    let work = async {
        web.app.turn_away(&call.caller, Action::DecideLink, &Resource::child(false), &[]).await?;
        let link: LinkId = id(&link)?;
        call.body.only(&[], DECISION)?;
        let note = call.body.answers.get("note").trim().to_owned();
        let decision = match call.body.answers.get("decision") {
            "same" => Decision::Same(note),
            "different" => Decision::Different(note),
            "unsure" => Decision::Unsure(note),
            "undo" => Decision::Undo(note),
            _ => return Err(Problem::invalid("decision", "Give what you decide.").into()),
        };
        let version =
            call.version().ok_or_else(|| Problem::invalid("version", "Give the version you decided on."))?;
        call.once(&web, async |command| {
            Ok(web.app.decide_link(&call.caller, command, link, version, decision).await?)
        })
        .await?;
        Ok(OfLink { link: link.uuid() })
    };
    answer(&call.body.request, work).await
}
