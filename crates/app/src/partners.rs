//! What partner agencies hold of children, as lists and pages show it.
use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::partner::{AgencyKind, Partners, Record};
use cf_kernel::{PartnerRecordId, StreamId};
use cf_store::PartnerRow;

use crate::{App, Caller, Problem, authority};

/// An agency that sent records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerAgency {
    /// What kind of agency.
    pub kind: String,
    /// Its code.
    pub code: String,
    /// What people here call it; empty for a council.
    pub name: String,
    /// How many records it sent.
    pub records: i64,
}

/// What the policies need to know about a partner's record: a council worker reads their own council's, and no other
/// agency's.
pub(crate) fn resource(caller: &Caller, kind: &str, code: &str) -> Resource {
    let own = |council: &String| kind == AgencyKind::Council.code() && authority::same(council, code);
    Resource::council(caller.authority.as_ref().is_some_and(|council| !own(council)))
}

impl App {
    /// Records of partners, by agency and name; a council worker's own council's only.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn partner_records(
        &self,
        caller: &Caller,
        agency: Option<&str>,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<PartnerRow>, Problem> {
        let agency = self.own_or(caller, agency);
        let rows = self.store.partner_records(agency.as_deref(), limit, offset).await?;
        self.partners_shown(caller, rows).await
    }

    /// Records of partners in the same order, after this one.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn partner_records_after(
        &self,
        caller: &Caller,
        agency: Option<&str>,
        after: Option<PartnerRecordId>,
        limit: i64,
    ) -> Result<Vec<PartnerRow>, Problem> {
        let agency = self.own_or(caller, agency);
        let rows = match after {
            Some(after) => self.store.partner_records_after(agency.as_deref(), after, limit).await?,
            None => self.store.partner_records(agency.as_deref(), limit, 0).await?,
        };
        self.partners_shown(caller, rows).await
    }

    /// Agencies that sent records, for choosing among them; a council worker's own council only.
    ///
    /// # Errors
    /// A fault.
    #[boxed]
    pub async fn partner_agencies(&self, caller: &Caller) -> Result<Vec<PartnerAgency>, Problem> {
        let all = self.store.partner_agencies().await?.into_iter();
        let all = all.map(|(kind, code, name, records)| PartnerAgency { kind, code, name, records });
        Ok(all.filter(|agency| self.opens_partner(caller, &agency.kind, &agency.code)).collect())
    }

    /// One record of a partner.
    ///
    /// # Errors
    /// Not found, a denial (an agency the caller may not read), or a fault.
    #[boxed]
    pub async fn partner_record(&self, caller: &Caller, id: PartnerRecordId) -> Result<Box<Record>, Problem> {
        self.turn_away(caller, Action::ViewPartnerRecords, &Resource::desk(), &[id.into()]).await?;
        let record = self.load::<Partners>(id.into()).await?.state.record.ok_or(Problem::NotFound)?;
        let resource = resource(caller, record.agency.kind.code(), &record.agency.code);
        self.authorise(caller, Action::ViewPartnerRecords, &resource, &[id.into()]).await?;
        Ok(record)
    }

    /// Whether the caller may open records of this agency.
    #[must_use]
    pub fn opens_partner(&self, caller: &Caller, kind: &str, code: &str) -> bool {
        self.may(caller, Action::ViewPartnerRecords, &resource(caller, kind, code))
    }

    /// Councils send extracts under their three digits, by whichever code an account has them.
    fn own_or(&self, caller: &Caller, agency: Option<&str>) -> Option<String> {
        let own = caller.authority.as_deref();
        own.map(|own| crate::council_code(own).unwrap_or(own)).or(agency).map(str::to_owned)
    }

    async fn partners_shown(
        &self,
        caller: &Caller,
        rows: Vec<PartnerRow>,
    ) -> Result<Vec<PartnerRow>, Problem> {
        let records: Vec<StreamId> = rows.iter().map(|row| row.id().into()).collect();
        self.authorise(caller, Action::ViewPartnerRecords, &Resource::desk(), &records).await?;
        // A service may have a code that is a council's as well.
        let mut rows = rows;
        rows.retain(|row| self.opens_partner(caller, &row.agency_kind, &row.agency));
        Ok(rows)
    }
}
