//! Supervision, records of councils and partners, the record itself, accounts and sessions.
pub(crate) mod account;
pub(crate) mod accounts;
mod council;
mod glass;
mod imports;
pub(crate) mod partners;
mod queue;
pub(crate) mod record;
pub(crate) mod rules;
mod sessions;

use cf_access::Action;

use crate::routes::{May, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/queue", Action::ViewQueue, queue::page)
        .get("/queue/part", Action::ViewQueue, queue::part)
        .get("/council", Action::ViewCouncilRecords, council::page)
        .get("/council/{id}", Action::ViewCouncilRecords, council::one)
        .get("/partners", Action::ViewPartnerRecords, partners::page)
        .get("/partners/{id}", Action::ViewPartnerRecords, partners::one)
        .get("/imports", Action::ViewImports, imports::page)
        .get("/imports/{id}", Action::ViewImports, imports::one)
        .get("/record", Action::VerifyRecord, record::page)
        .post("/record/verify", Action::VerifyRecord, record::verify)
        .get("/record/access", Action::ViewAccessLog, record::access)
        .get("/accounts", Action::ManageAccounts, accounts::page)
        .post("/accounts", Action::ManageAccounts, accounts::add)
        .get("/accounts/{id}", Action::ManageAccounts, account::page)
        .post("/accounts/{id}/role", Action::ManageAccounts, account::role)
        .post("/accounts/{id}/reopen", Action::ManageAccounts, account::reopen)
        .post("/accounts/disable", Action::ManageAccounts, accounts::disable)
        .post("/accounts/password", Action::ManageAccounts, accounts::password)
        .post("/accounts/forget-identity", Action::ManageAccounts, accounts::forget_identity)
        .get("/sessions", Action::ManageOwnSessions, sessions::page)
        .post("/sessions/end", Action::ManageOwnSessions, sessions::end)
        .post("/sessions/password", Action::ManageOwnSessions, sessions::password)
        .get("/glass", May::Either([Action::BreakGlass, Action::ReviewGlass]), glass::page)
        .post("/glass", Action::BreakGlass, glass::send)
        .post("/glass/review", Action::ReviewGlass, glass::review)
        .get("/rules", Action::ViewRules, rules::page)
        .get("/rules/try", Action::ViewRules, rules::ask)
        .post("/rules/try", Action::ViewRules, rules::answer)
        .get("/help", Action::ViewHelp, rules::help)
}
