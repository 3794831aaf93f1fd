//! Records seen together with one that is not among them: the person just being typed in.

use crate::dates;
use crate::names::{NameInfo, Names};
use crate::postcodes::{self, PostcodeInfo};
use crate::records::{Part, Rec, Records, Row};

/// Marks numbers that belong to the probe and not to the records.
const PROBE: u32 = 1 << 31;

/// A record that is compared but not kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Probe {
    pub(crate) rec: Rec,
    pub(crate) extras: Vec<u32>,
    names: Vec<(NameInfo, Vec<u8>)>,
    postcodes: Vec<(PostcodeInfo, Vec<u8>)>,
    texts: Vec<Vec<u8>>,
}

impl Probe {
    pub(crate) fn new(records: &Records, row: &Row) -> Self {
        Self::from_part(records, &Part::of_row(row, &records.schema))
    }

    pub(crate) fn from_part(records: &Records, part: &Part) -> Self {
        let mut probe = Self { rec: part.recs[0], ..Self::default() };
        let old = part.recs[0];
        probe.rec.given = probe.name(records, part.names.text(old.given));
        probe.rec.surname = probe.name(records, part.names.text(old.surname));
        probe.rec.alias_given = probe.name(records, part.names.text(old.alias_given));
        probe.rec.alias_surname = probe.name(records, part.names.text(old.alias_surname));
        let code = part.postcodes.text(old.postcode);
        probe.rec.postcode = if code.is_empty() {
            0
        } else {
            records.postcodes.find(code).unwrap_or_else(|| {
                probe.postcodes.push((postcodes::describe(code), code.to_vec()));
                PROBE
            })
        };
        for (column, &text) in part.extras.iter().enumerate() {
            let value = part.texts[column].text(text);
            let number = if value.is_empty() {
                0
            } else {
                records.texts[column].find(value).unwrap_or_else(|| {
                    probe.texts.push(value.to_vec());
                    PROBE | (probe.texts.len() as u32 - 1)
                })
            };
            probe.extras.push(number);
        }
        probe
    }

    fn name(&mut self, records: &Records, text: &[u8]) -> u32 {
        if text.is_empty() {
            return 0;
        }
        records.names.find(text).unwrap_or_else(|| {
            let place = self.names.iter().position(|n| n.1 == text).unwrap_or_else(|| {
                self.names.push((records.names.describe_new(text), text.to_vec()));
                self.names.len() - 1
            });
            PROBE | place as u32
        })
    }
}

/// Records, and perhaps a probe.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) records: &'a Records,
    pub(crate) probe: Option<&'a Probe>,
}

impl<'a> View<'a> {
    pub(crate) fn of(records: &'a Records) -> Self {
        Self { records, probe: None }
    }

    pub(crate) fn name(&self, id: u32) -> (&'a NameInfo, &'a [u8]) {
        match self.probe {
            Some(probe) if id & PROBE != 0 => {
                let (info, text) = &probe.names[(id & !PROBE) as usize];
                (info, text)
            }
            _ => {
                let names: &'a Names = &self.records.names;
                (names.info(id), names.text(id))
            }
        }
    }

    pub(crate) fn postcode(&self, id: u32) -> &'a PostcodeInfo {
        match self.probe {
            Some(probe) if id & PROBE != 0 => &probe.postcodes[(id & !PROBE) as usize].0,
            _ => self.records.postcodes.info(id),
        }
    }

    pub(crate) fn postcode_text(&self, id: u32) -> &'a [u8] {
        match self.probe {
            Some(probe) if id & PROBE != 0 => &probe.postcodes[(id & !PROBE) as usize].1,
            _ => self.records.postcodes.text(id),
        }
    }

    pub(crate) fn text(&self, column: usize, id: u32) -> &'a [u8] {
        match self.probe {
            Some(probe) if id & PROBE != 0 => &probe.texts[(id & !PROBE) as usize],
            _ => self.records.texts[column].text(id),
        }
    }

    /// The values of a record as they are compared: given, surname, alias, date, sex, postcode, extras.
    pub(crate) fn values(&self, rec: &Rec, extras: &[u32]) -> Vec<String> {
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let name = |id: u32| show(self.name(id).1);
        let alias = format!("{} {}", name(rec.alias_given), name(rec.alias_surname)).trim().to_owned();
        let sex = match rec.sex {
            1 => "M",
            2 => "F",
            _ => "",
        };
        let mut all = vec![
            name(rec.given),
            name(rec.surname),
            alias,
            dates::show(rec.dob),
            show(self.postcode_text(rec.postcode)),
            sex.to_owned(),
        ];
        all.extend(extras.iter().enumerate().map(|(column, id)| show(self.text(column, *id))));
        all
    }
}
