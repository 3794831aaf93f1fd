//! Times an import of a police extract into a new SQLite database: `import_speed PROFILE EXTRACT DATABASE`.
use std::sync::Arc;
use std::time::Instant;

use cf_app::import::{Extract, Silent};
use cf_app::{App, Caller};
use cf_exchange::police::MappingProfile;
use cf_kernel::SystemClock;
use cf_sealing::MasterKey;
use cf_store::{LogKey, Options, Store, TABLES};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(profile), Some(extract), Some(database)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("give a profile, an extract and a path for the database".into());
    };
    let profile = MappingProfile::from_toml(&std::fs::read_to_string(profile)?)?;
    let mut options =
        Options::new(MasterKey::from_bytes(&[7; 32]), LogKey::new("childfirst.example", &[9; 32])?);
    options.tables = TABLES.to_vec();
    let app =
        App::new(Store::open(&format!("sqlite://{database}"), options).await?, Arc::new(SystemClock)).await?;
    let begin = Instant::now();
    let caller = Caller::system("import_speed");
    let report =
        app.import_police(&caller, &profile, &Extract::Path(extract.into()), Arc::new(Silent)).await?;
    let seconds = begin.elapsed().as_secs_f64();
    let events = report.changes.events;
    println!(
        "{}; {events} events in {seconds:.1} s: {:.0} a second",
        report.account,
        events as f64 / seconds
    );
    Ok(())
}
