//! The tables that are not read rows, made and changed in numbered steps: the same numbers for either database.
//!
//! The files are listed here rather than found by sqlx's macro, which builds both drivers a second time, for the compiler.
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::db::Database;

macro_rules! steps {
    ($database:literal) => {
        [
            (1, "record", include_str!(concat!("../migrations/", $database, "/0001_record.sql"))),
            (2, "ordinary", include_str!(concat!("../migrations/", $database, "/0002_ordinary.sql"))),
            (
                5,
                "one time codes",
                include_str!(concat!("../migrations/", $database, "/0005_one_time_codes.sql")),
            ),
            (
                20,
                "wording check",
                include_str!(concat!("../migrations/", $database, "/0020_wording_check.sql")),
            ),
            (21, "identity", include_str!(concat!("../migrations/", $database, "/0021_identity.sql"))),
            (
                22,
                "access index",
                include_str!(concat!("../migrations/", $database, "/0022_access_index.sql")),
            ),
        ]
    };
}

/// What brings a database of this kind up to the present; run on its pool.
pub(crate) fn migrations(of: Database) -> Migrator {
    let steps = match of {
        Database::Sqlite => steps!("sqlite"),
        Database::Postgres => steps!("postgres"),
    };
    let migration = |(version, description, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, description.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(steps.map(migration).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_step() {
        for (database, folder) in [(Database::Sqlite, "sqlite"), (Database::Postgres, "postgres")] {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
            let mut files: Vec<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|file| file.unwrap().file_name().into_string().unwrap())
                .collect();
            files.sort();
            let steps: Vec<String> = migrations(database)
                .iter()
                .map(|step| format!("{:04}_{}.sql", step.version, step.description.replace(' ', "_")))
                .collect();
            assert_eq!(steps, files);
        }
    }
}
