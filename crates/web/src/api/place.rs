//! Where a list goes on: a mark a program hands back unread. It says where the last row stood, so that rows which come
//! or go meanwhile neither hide nor repeat others.
use cf_app::Problem;
use cf_store::{BoardPlace, WordingPlace};
use uuid::Uuid;

/// The mark of a place on the board.
pub(super) fn of_board(place: BoardPlace) -> String {
    let BoardPlace { urgency, next_due_at, incident } = place;
    of_three(urgency, next_due_at, incident)
}

/// The place this mark means; none for no mark.
pub(super) fn on_board(mark: &str) -> Result<Option<BoardPlace>, Problem> {
    let place = |(urgency, next_due_at, incident)| BoardPlace { urgency, next_due_at, incident };
    Ok(on_three(mark)?.map(place))
}

/// The mark of an entry whose words blame.
pub(super) fn of_entry(place: WordingPlace) -> String {
    let WordingPlace { at, stream, version } = place;
    of_three(at, version, stream)
}

/// The entry this mark means; none for no mark.
pub(super) fn on_entry(mark: &str) -> Result<Option<WordingPlace>, Problem> {
    Ok(on_three(mark)?.map(|(at, version, stream)| WordingPlace { at, stream, version }))
}

fn of_three(first: i64, second: i64, id: Uuid) -> String {
    format!("{first:x}-{second:x}-{}", id.simple())
}

fn on_three(mark: &str) -> Result<Option<(i64, i64, Uuid)>, Problem> {
    let mut parts = mark.splitn(3, '-');
    // As it was written: a negative number, of what is newest first, has its sign in its highest bit.
    let mut number = || u64::from_str_radix(parts.next()?, 16).ok().map(u64::cast_signed);
    let numbers = number().zip(number());
    let id = parts.next().and_then(|id| Uuid::parse_str(id).ok());
    match (mark, numbers, id) {
        ("", ..) => Ok(None),
        (_, Some((first, second)), Some(id)) => Ok(Some((first, second, id))),
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
