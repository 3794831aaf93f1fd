//! Seeds a London into a folder and says how long it took: `seed FOLDER [THOUSANDTHS] [DAYS] [SEED]`.
use std::sync::Arc;
use std::time::Instant;

use cf_app::App;
use cf_kernel::{Clock as _, SystemClock};
use cf_sealing::MasterKey;
use cf_simulate::plan::{London, Plan};
use cf_store::{LogKey, Options, Store, TABLES};

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().ok_or("name a folder")?;
    let mut number = |otherwise: u32| words.next().map_or(Ok(otherwise), |word| word.parse::<u32>());
    let (thousandths, days, seed) = (number(100)?, number(60)?, number(1)?);
    let key = LogKey::new("simulate.example", &[3; 32])?;
    let mut options = Options::new(MasterKey::from_bytes(&[5; 32]), key);
    options.tables = TABLES.to_vec();
    let store = Store::open(&format!("sqlite://{folder}/record.db"), options).await?;
    let app = App::new(store, Arc::new(SystemClock)).await?;

    let start = Instant::now();
    let plan = Plan::new(London::share(u64::from(seed), SystemClock.now(), days, thousandths));
    println!("{} steps, {} incidents planned in {:?}", plan.steps.len(), plan.incidents(), start.elapsed());
    let start = Instant::now();
    let seeded = cf_simulate::drive(&app, plan, |_| ()).await?;
    println!("driven in {:?}\n{}", start.elapsed(), serde_json::to_string_pretty(&seeded)?);
    Ok(())
}
