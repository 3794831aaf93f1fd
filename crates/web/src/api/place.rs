//! Where a list goes on: a mark a program hands back unread. It says where the last row stood, so that rows which come
//! or go meanwhile neither hide nor repeat others.
use cf_app::Problem;
use cf_store::BoardPlace;
use uuid::Uuid;

/// The mark of a place on the board.
pub(super) fn of_board(place: BoardPlace) -> String {
    let BoardPlace { urgency, next_due_at, incident } = place;
    format!("{urgency:x}-{next_due_at:x}-{}", incident.simple())
}

/// The place this mark means; none for no mark.
pub(super) fn on_board(mark: &str) -> Result<Option<BoardPlace>, Problem> {
    let mut parts = mark.splitn(3, '-');
    // As it was written: a negative number, of what is newest first, has its sign in its highest bit.
    let mut number = || u64::from_str_radix(parts.next()?, 16).ok().map(u64::cast_signed);
    let place = number().zip(number());
    let incident = parts.next().and_then(|id| Uuid::parse_str(id).ok());
    match (mark, place, incident) {
        ("", ..) => Ok(None),
        (_, Some((urgency, next_due_at)), Some(incident)) => {
            Ok(Some(BoardPlace { urgency, next_due_at, incident }))
        }
        _ => Err(no_mark()),
    }
}

/// The mark of a row by its id.
pub(super) fn of_id(id: Uuid) -> String {
    id.simple().to_string()
}

/// The id this mark means; none for no mark.
pub(super) fn on_id(mark: &str) -> Result<Option<Uuid>, Problem> {
    if mark.is_empty() { Ok(None) } else { Uuid::parse_str(mark).map(Some).map_err(|_| no_mark()) }
}

/// The number this mark means; none for no mark.
pub(super) fn on_number(mark: &str) -> Result<Option<i64>, Problem> {
    if mark.is_empty() { Ok(None) } else { mark.parse().map(Some).map_err(|_| no_mark()) }
}

fn no_mark() -> Problem {
    Problem::invalid("after", "Give the `after` that the list answered.")
}

/// The first `most` rows, and the last of them if there are more.
pub(super) fn cut<T>(mut rows: Vec<T>, most: i64) -> (Vec<T>, bool) {
    let most = usize::try_from(most).unwrap_or_default();
    let more = rows.len() > most;
    rows.truncate(most);
    (rows, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_comes_back_as_it_was_and_anything_else_is_named() {
        let place = BoardPlace { urgency: 3, next_due_at: 1_780_000_000_000_000, incident: Uuid::max() };
        assert_eq!(on_board(&of_board(place)).ok(), Some(Some(place)));
        let newest_first = BoardPlace { next_due_at: -1_780_000_000_000_000, ..place };
        assert_eq!(on_board(&of_board(newest_first)).ok(), Some(Some(newest_first)));
        assert_eq!(on_id(&of_id(Uuid::max())).ok(), Some(Some(Uuid::max())));
        for mark in ["x", "1-2", "1-2-3", "--", "100"] {
            assert!(on_board(mark).is_err(), "{mark}");
        }
    }
}
