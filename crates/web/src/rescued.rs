//! What was typed before a session ended, kept for the account whose session it was and for nobody else.
//!
//! It is kept as a draft: sealed, under its owner's id, forgotten with other drafts. The sign-in page carries only its
//! name, so nobody who signs in there can read or send another person's words.
use cf_app::Problem;
use cf_kernel::UserId;
use cf_store::DraftKey;
use serde::{Deserialize, Serialize};

use crate::acts::Answers;
use crate::state::Web;

/// The one thing about it that forms of the sign-in page carry.
pub(crate) const FIELD: &str = "rescued";

/// Says in a form whose it is; a form of another account than the one signed in is not taken.
pub(crate) const WHOSE: &str = "whose";

/// A form that came too late.
#[derive(Serialize, Deserialize)]
pub(crate) struct Rescued {
    /// Where it was sent.
    pub(crate) path: String,
    /// Everything typed.
    pub(crate) pairs: Vec<(String, String)>,
}

fn key(owner: UserId, name: uuid::Uuid) -> DraftKey {
    DraftKey { owner, key: format!("rescued/{name}") }
}

/// Keeps a form for the person whose session had this token, or without one (signed out in another tab) for whom the
/// form was made. Nothing: it is not known whose it was.
pub(crate) async fn keep(
    web: &Web,
    token: Option<&str>,
    path: &str,
    typed: &Answers,
) -> Result<Option<String>, Problem> {
    let of_session = match token {
        Some(token) => web.app.whose_session(token).await?,
        None => None,
    };
    let Some(owner) = of_session.or_else(|| typed.get(WHOSE).parse().ok()) else { return Ok(None) };
    let pairs = typed
        .pairs()
        .filter(|(name, _)| *name != WHOSE)
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let body = serde_json::to_vec(&Rescued { path: path.to_owned(), pairs }).map_err(Problem::fault)?;
    let name = uuid::Uuid::new_v4();
    web.app.store().save_draft(&key(owner, name), &body, web.app.now()).await?;
    Ok(Some(name.to_string()))
}

/// The form of this name, if it is this person's.
pub(crate) async fn of(web: &Web, owner: UserId, name: &str) -> Result<Option<Rescued>, Problem> {
    let Ok(name) = name.parse() else { return Ok(None) };
    let draft = web.app.store().draft(&key(owner, name)).await?;
    draft.map(|draft| serde_json::from_slice(&draft.body).map_err(Problem::fault)).transpose()
}
