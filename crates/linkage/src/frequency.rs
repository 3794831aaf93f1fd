//! How common every value is: agreement on `Zebediah` says more than agreement on `Oliver`.

use rayon::prelude::*;

use crate::records::Records;
use crate::schema::Role;
use crate::score::UNIT;

/// Binary logarithms of frequencies in units of 1/1024 bit, never above zero.
#[derive(Debug, Clone, Default)]
pub struct Frequencies {
    pub(crate) given: Vec<i16>,
    pub(crate) surname: Vec<i16>,
    pub(crate) postcode: Vec<i16>,
    pub(crate) dob: DobCounts,
    pub(crate) extras: Vec<Vec<i16>>,
    pub(crate) rarest: i16,
}

/// Frequencies of dates of birth by day, for dates from 1900 to 2099; others share a few cells.
#[derive(Debug, Clone, Default)]
pub struct DobCounts {
    logs: Vec<i16>,
}

impl DobCounts {
    pub(crate) fn from_logs(logs: Vec<i16>) -> Self {
        Self { logs }
    }

    pub(crate) fn logs(&self) -> &Vec<i16> {
        &self.logs
    }
}

const DOB_CELLS: usize = 200 * 512 + 1024;

pub(crate) fn dob_cell(dob: u32) -> usize {
    let decimal = |v: u32| (v >> 4 & 15) * 10 + (v & 15);
    let year = decimal(dob >> 24) * 100 + decimal(dob >> 16 & 255);
    let (month, day) = (decimal(dob >> 8 & 255), decimal(dob & 255));
    if (1900..2100).contains(&year) && month < 16 && day < 32 {
        ((year - 1900) * 512 + month * 32 + day) as usize
    } else {
        200 * 512 + (crate::text::mix(u64::from(dob)) & 1023) as usize
    }
}

/// Counts behind the frequencies, needed in training.
pub(crate) struct Counts {
    pub(crate) given: Vec<u32>,
    pub(crate) surname: Vec<u32>,
    pub(crate) postcode: Vec<u32>,
    pub(crate) dob: Vec<u32>,
    pub(crate) extras: Vec<Vec<u32>>,
    /// Males and females of each given name.
    pub(crate) sexes: Vec<[u32; 2]>,
}

impl Counts {
    pub(crate) fn of(records: &Records) -> Self {
        let names = records.names.len();
        let (mut given, mut surname) = (vec![0_u32; names], vec![0_u32; names]);
        let mut sexes = vec![[0_u32; 2]; names];
        let mut postcode = vec![0_u32; records.postcodes.len()];
        let mut dob = vec![0_u32; DOB_CELLS];
        for r in &records.recs {
            given[r.given as usize] += 1;
            surname[r.surname as usize] += 1;
            postcode[r.postcode as usize] += 1;
            if r.sex != 0 {
                sexes[r.given as usize][usize::from(r.sex - 1)] += 1;
            }
            if r.dob != 0 {
                dob[dob_cell(r.dob)] += 1;
            }
        }
        let width = records.schema.len();
        let mut extras: Vec<Vec<u32>> = records.texts.iter().map(|t| vec![0; t.len()]).collect();
        for row in records.extras.chunks_exact(width.max(1)) {
            for (column, &text) in row.iter().enumerate() {
                extras[column][text as usize] += 1;
            }
        }
        for column in [&mut given, &mut surname, &mut postcode].into_iter().chain(extras.iter_mut()) {
            column[0] = 0;
        }
        sexes[0] = [0, 0];
        Self { given, surname, postcode, dob, extras, sexes }
    }

    /// Dates far too common to be anyone's real birthday: stand-ins for "not known".
    pub(crate) fn placeholder_dates(&self) -> Vec<usize> {
        let known: u64 = self.dob.iter().map(|c| u64::from(*c)).sum();
        let distinct = self.dob.iter().filter(|c| **c > 0).count().max(1) as u64;
        let bar = (40 * known / distinct).max(50);
        (0..self.dob.len()).filter(|&i| u64::from(self.dob[i]) > bar).collect()
    }
}

/// Makes stand-in dates missing, so that sharing one is no agreement and lacking one no disagreement.
pub(crate) fn forget_placeholder_dates(records: &mut Records, counts: &mut Counts) {
    let placeholders = counts.placeholder_dates();
    if placeholders.is_empty() {
        return;
    }
    records.recs.par_iter_mut().with_min_len(4096).for_each(|r| {
        if r.dob != 0 && placeholders.contains(&dob_cell(r.dob)) {
            r.dob = 0;
        }
    });
    for cell in placeholders {
        counts.dob[cell] = 0;
    }
}

fn logs(counts: &[u32]) -> Vec<i16> {
    let total: u64 = counts.iter().map(|c| u64::from(*c)).sum();
    let total = total.max(1) as f64;
    counts.iter().map(|&c| log(f64::from(c.max(1)), total)).collect()
}

fn log(count: f64, total: f64) -> i16 {
    ((count / total).min(1.0).log2() * f64::from(UNIT)).round().clamp(-31.0 * 1024.0, 0.0) as i16
}

impl Frequencies {
    pub(crate) fn of(records: &Records, counts: &Counts) -> Self {
        let with_frequency = |column: usize| !matches!(records.schema[column].role, Role::Identifier(_));
        Self {
            given: logs(&counts.given),
            surname: logs(&counts.surname),
            postcode: logs(&counts.postcode),
            dob: DobCounts { logs: logs(&counts.dob) },
            extras: (0..records.schema.len())
                .map(|column| if with_frequency(column) { logs(&counts.extras[column]) } else { Vec::new() })
                .collect(),
            rarest: log(1.0, records.len().max(1) as f64),
        }
    }

    pub(crate) fn dob(&self, dob: u32) -> i32 {
        i32::from(self.dob.logs.get(dob_cell(dob)).copied().unwrap_or(self.rarest))
    }

    pub(crate) fn at(&self, column: &[i16], id: u32) -> i32 {
        i32::from(column.get(id as usize).copied().unwrap_or(self.rarest))
    }
}
