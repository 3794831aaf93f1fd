//! What the store promises, shown on both databases.
//!
//! On SQLite each behaviour is a test of its own. On PostgreSQL one test starts one server and runs them all, each in a
//! database of its own: a test runner that gives every test a process would otherwise start a server for each.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up has failed")]
mod fixture;
mod logs;
mod ordinary;
mod record;
mod rows;

macro_rules! behaviours {
    ($($module:ident: $($name:ident),* $(,)?;)*) => {
        mod sqlite {
            $(mod $module { $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() { crate::$module::$name(crate::fixture::Place::sqlite()).await }
            )* })*
        }

        fn all() -> Vec<(&'static str, fixture::Behaviour)> {
            vec![$($((
                concat!(stringify!($module), "::", stringify!($name)),
                (|place| Box::pin($module::$name(place))) as fixture::Behaviour,
            )),*),*]
        }
    };
}

behaviours! {
    record: what_is_appended_is_loaded,
        a_stale_version_is_a_conflict,
        a_guard_that_moved_on_is_a_conflict,
        a_row_that_must_not_be_there_is_put_there_once,
        the_same_command_again_writes_nothing,
        many_writers_leave_no_gap,
        a_refused_command_never_spoils_its_neighbours,
        a_failing_command_never_spoils_its_neighbours,
        a_record_is_shown_as_known_at_a_moment,
        pages_and_streams_come_in_order,
        two_writers_may_begin_the_same_file,
        a_commit_is_announced,
        a_saved_setting_is_announced,
        everything_is_there_after_reopening;
    rows: live_rows_are_the_rebuilt_rows,
        rows_that_go_are_removed,
        a_row_that_differs_is_named,
        rows_stand_only_where_their_kind_belongs,
        a_changed_table_is_made_again,
        rows_thrown_away_are_made_again,
        what_is_recorded_or_destroyed_during_a_rebuild_stays_so,
        rows_of_the_wrong_shape_are_refused;
    logs: looking_is_logged_and_found_again,
        looking_and_writing_go_on_together,
        the_index_of_who_looked_at_what_catches_up,
        a_whole_record_verifies,
        a_record_that_grows_is_no_damaged_record,
        one_changed_byte_in_any_column_is_found_and_named,
        rows_removed_or_added_are_found,
        a_destroyed_file_still_verifies,
        a_damaged_record_refuses_to_be_written,
        another_key_signs_nothing_here;
    ordinary: jobs_come_with_their_command_and_are_done_once,
        a_job_is_tried_again,
        drafts_are_sealed_and_end_for_good,
        accounts_teams_and_sessions,
        an_administrator_is_left_though_two_end_each_other,
        an_identity_is_one_accounts_and_is_bound_once,
        settings_refuse_a_second_editor,
        imports_account_for_every_row;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_behaviour_on_postgresql() {
    let server = cf_testkit::Postgres::start().unwrap_or_else(|error| panic!("{error}"));
    let mut waiting = all().into_iter();
    let mut running = tokio::task::JoinSet::new();
    let mut failed = Vec::new();
    loop {
        // A few at a time: they wait for the server more than they work.
        while running.len() < 4
            && let Some((name, behaviour)) = waiting.next()
        {
            let place = fixture::Place::postgres(server.database().unwrap());
            running.spawn(async move { (name, tokio::spawn(behaviour(place)).await) });
        }
        match running.join_next().await {
            Some(Ok((_, Ok(())))) => {}
            Some(Ok((name, Err(panic)))) => {
                eprintln!("{name} failed: {panic}");
                failed.push(name);
            }
            Some(Err(panic)) => panic!("{panic}"),
            None => break,
        }
    }
    assert!(failed.is_empty(), "on PostgreSQL these failed: {failed:?}");
}
