//! A sampled summary by team and period: how many records in a hundred hold blame, and how sure we can be.
use std::collections::BTreeMap;
use std::io::Write;

use cf_wording::score::wilson;
use cf_wording::{Finding, Kind};

use super::dates::Period;
use super::record::Record;

/// Groups smaller than this are shown without a rate, since a few records can point to one person.
const SMALLEST_GROUP: u64 = 10;

struct Sampled {
    id: String,
    blaming: bool,
    categories: Vec<&'static str>,
}

#[derive(Default)]
struct Group {
    records: u64,
    sample: Vec<Sampled>,
}

/// Keeps, for each team and period, a simple random sample of records (Algorithm R), the same for the same seed and input.
pub(crate) struct Audit {
    groups: BTreeMap<(String, String), Group>,
    size: usize,
    period: Period,
    seed: u64,
    state: u64,
}

impl Audit {
    pub(crate) const fn new(size: usize, period: Period, seed: u64) -> Self {
        Self { groups: BTreeMap::new(), size, period, seed, state: seed }
    }

    /// SplitMix64.
    const fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// The period the record belongs to; `None` when its date cannot be read.
    pub(crate) fn period(&self, record: &Record<'_>) -> Option<String> {
        self.period.of(record.date.as_deref())
    }

    pub(crate) fn record(&mut self, record: &Record<'_>, period: String, findings: &[Finding<'_>]) {
        let key = (record.team.clone().unwrap_or_else(|| "(no team)".to_owned()), period);
        let draw = self.random();
        let group = self.groups.entry(key).or_default();
        group.records += 1;
        let place = if group.sample.len() < self.size { None } else { Some((draw % group.records) as usize) };
        if place.is_some_and(|p| p >= self.size) {
            return;
        }
        let mut categories: Vec<_> =
            findings.iter().filter(|f| f.kind == Kind::Blaming).map(|f| f.category.name()).collect();
        categories.sort_unstable();
        categories.dedup();
        let sampled = Sampled {
            id: record.id.trim_matches('"').to_owned(),
            blaming: !categories.is_empty(),
            categories,
        };
        match place {
            Some(p) => group.sample[p] = sampled,
            None => group.sample.push(sampled),
        }
    }

    pub(crate) fn write(&self, out: &mut dyn Write, json: bool, ids: bool) -> anyhow::Result<()> {
        if !json {
            writeln!(
                out,
                "records with blaming wording, per 100 sampled (95 % Wilson interval), seed {}",
                self.seed
            )?;
            writeln!(
                out,
                "{:<28} {:<10} {:>8} {:>8} {:>7}  {:<15} most often",
                "team", "period", "records", "sampled", "rate", "interval"
            )?;
        }
        for ((team, period), group) in &self.groups {
            let sampled = group.sample.len() as u64;
            let found = group.sample.iter().filter(|s| s.blaming).count() as u64;
            let (low, high) = wilson(found, sampled);
            let rate = if sampled > 0 { found as f64 / sampled as f64 } else { 0.0 };
            let mut by: BTreeMap<&str, u64> = BTreeMap::new();
            for c in group.sample.iter().flat_map(|s| &s.categories) {
                *by.entry(c).or_default() += 1;
            }
            let most = by
                .iter()
                .max_by_key(|(name, n)| (**n, std::cmp::Reverse(**name)))
                .map_or("", |(name, _)| name);
            let small = sampled < SMALLEST_GROUP;
            if json {
                let mut line = serde_json::json!({ "team": team, "period": period, "records": group.records, "sampled": sampled, "seed": self.seed });
                if !small {
                    line["with_blame"] = found.into();
                    line["rate_per_100"] = round(rate * 100.0).into();
                    line["low"] = round(low * 100.0).into();
                    line["high"] = round(high * 100.0).into();
                    line["by_category"] = serde_json::json!(by);
                }
                if ids {
                    line["sample"] = group.sample.iter().map(|s| s.id.clone()).collect::<Vec<_>>().into();
                }
                writeln!(out, "{line}")?;
            } else if small {
                writeln!(
                    out,
                    "{team:<28} {period:<10} {:>8} {sampled:>8} {:>7}  fewer than {SMALLEST_GROUP} sampled: not shown",
                    group.records, "-"
                )?;
            } else {
                let interval = format!("{:.1} to {:.1}", low * 100.0, high * 100.0);
                writeln!(
                    out,
                    "{team:<28} {period:<10} {:>8} {sampled:>8} {:>7.1}  {interval:<15} {most}",
                    group.records,
                    rate * 100.0
                )?;
                if ids {
                    writeln!(
                        out,
                        "    sampled: {}",
                        group.sample.iter().map(|s| s.id.as_str()).collect::<Vec<_>>().join(" ")
                    )?;
                }
            }
        }
        Ok(())
    }
}

fn round(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}
