//! What a caller says of a child.
use cf_casework::child::Identity;
use cf_kernel::{CalendarDay, CommandId};

/// What a caller says, field by field. Empty fields say nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    /// Given names.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Other names the child is called by.
    pub also: Vec<String>,
    /// Date of birth.
    pub born_on: Option<CalendarDay>,
    /// Sex, as the form has it.
    pub sex: String,
    /// Phone numbers.
    pub phones: Vec<String>,
    /// Home address in words.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// The report being taken, so that children it was said not to be about are not shown again.
    pub report: Option<CommandId>,
}

impl Heard {
    /// What a report says of a child it would register.
    pub(crate) fn of(identity: &Identity, report: CommandId) -> Self {
        Self {
            given: identity.given_name.clone(),
            family: identity.family_name.clone(),
            also: identity.also_known_as.clone(),
            born_on: identity.born_on,
            sex: identity.sex.clone(),
            phones: identity.phones.clone(),
            address: identity.address.clone(),
            postcode: identity.postcode.clone(),
            report: Some(report),
        }
    }

    /// The same, for the simple search.
    pub(super) fn as_search(&self) -> cf_store::SearchFor {
        cf_store::SearchFor {
            name: format!("{} {} {}", self.given, self.family, self.also.join(" ")),
            born_on: self.born_on,
            phone: self.phones.first().cloned().unwrap_or_default(),
            postcode: self.postcode.clone(),
        }
    }

    /// Whether nothing was said that a child could be found by.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_search().is_empty() && self.address.trim().is_empty()
    }
}
