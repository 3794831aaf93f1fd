//! Signing in, the caller's sessions, restricted records, imports, the record as a record, accounts, rules.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cf_access::{Action, Resource};
use cf_app::Problem;
use cf_app::accounts::NewAccount;
use cf_app::sessions::SignIn;
use cf_grading::RuleSet;
use cf_kernel::{Role, SessionId, Timestamp, UserId};

use super::acts::facts;
use super::call::{Answered, Ask, Body, Call, answer};
use super::lists::{AFTER, AT_ONCE};
use super::openapi::Doc;
use super::param::{Holds, Param};
use super::shape::{Code, each};
use super::show::office::{
    Accounts, Begun, Breaks, Heads, ImportRows, Imports, Me, OfAccount, Questions, Sessions, Tried, Verified,
};
use super::{id, place};
use crate::acts::Field;
use crate::pages::office::account::new_role;
use crate::pages::office::accounts::first_password;
use crate::pages::office::rules;
use crate::pages::report::fact_field;
use crate::problem::ApiProblem;
use crate::routes::{May, Routes};
use crate::state::Web;

pub(super) fn routes() -> Routes {
    Routes::below("/api/v1")
        .post("/sign-in", May::Public, sign_in)
        .doc(Doc::gives::<Begun>("Sign in").body(SIGN_IN).tries())
        .post("/sign-out", May::OwnSession, sign_out)
        .doc(Doc::new("End this session").body(&[]))
        .get("/me", May::OwnSession, me)
        .doc(Doc::gives::<Me>("Who is signed in"))
        .get("/sessions", Action::ManageOwnSessions, sessions)
        .doc(Doc::gives::<Sessions>("Where the caller is signed in"))
        .post("/sessions/{id}/end", Action::ManageOwnSessions, end_session)
        .doc(Doc::new("End one of the caller's sessions").body(&[]))
        .post("/sessions/password", Action::ManageOwnSessions, password)
        .doc(Doc::new("Change the caller's own password, and end all their sessions").body(PASSWORD).tries())
        .get("/glass", Action::ReviewGlass, breaks)
        .doc(Doc::gives::<Breaks>("Times restricted records were opened with a reason"))
        .post("/glass", Action::BreakGlass, break_glass)
        .doc(Doc::new("Open restricted records for an hour, with a reason").body(REASON))
        .post("/glass/review", Action::ReviewGlass, review_glass)
        .doc(Doc::new("Review one such opening").body(REVIEW))
        .get("/imports", Action::ViewImports, imports)
        .doc(Doc::gives::<Imports>("What was imported, newest first"))
        .get("/imports/{id}", Action::ViewImports, import_rows)
        .doc(Doc::gives::<ImportRows>("What became of each row of a file").params(AFTER))
        .get("/record", Action::VerifyRecord, heads)
        .doc(Doc::gives::<Heads>("Both logs as they stand"))
        .post("/record/verify", Action::VerifyRecord, verify)
        .doc(Doc::gives::<Verified>("Recompute both logs").body(&[]))
        .get("/accounts", Action::ManageAccounts, accounts)
        .doc(Doc::gives::<Accounts>("Everybody with an account"))
        .post("/accounts", Action::ManageAccounts, add_account)
        .doc(Doc::gives::<OfAccount>("Make an account").body(ACCOUNT))
        .post("/accounts/{id}/disable", Action::ManageAccounts, disable_account)
        .doc(Doc::new("End an account and its sessions").body(&[]))
        .post("/accounts/{id}/role", Action::ManageAccounts, change_role)
        .doc(Doc::new("Give somebody another role, and end their sessions").body(NEW_ROLE))
        .post("/accounts/{id}/reopen", Action::ManageAccounts, reopen_account)
        .doc(Doc::new("Open an ended account again").body(REOPEN))
        .post("/accounts/{id}/forget-identity", Action::ManageAccounts, forget_identity)
        .doc(Doc::new("Forget who somebody is at the identity provider, and end their sessions").body(&[]))
        .get("/rules/questions", Action::ViewRules, questions)
        .doc(Doc::gives::<Questions>("The questions of the grading rules"))
        .post("/rules/try", Action::ViewRules, try_rules)
        .doc(Doc::gives::<Tried>("Try the grading rules, about no child").asks(every_fact, &[]))
}

const SIGN_IN: &[Param] = &[
    Param::new("login", Holds::Text, "The login.").needed(),
    Param::new("password", Holds::Password, "The password.").needed(),
    Param::new("code", Holds::Text, "A one-time code, if the account has one."),
];
const PASSWORD: &[Param] = &[
    Param::new("current", Holds::Password, "The password now in use.").needed(),
    Param::new("password", Holds::Password, "The new one, of 12 characters or more.").needed(),
];
const REASON: &[Param] =
    &[Param::new("reason", Holds::Text, "Why it is needed now, in a sentence.").needed()];
const REVIEW: &[Param] = &[
    Param::new("session", Holds::Id, "Whose opening: its session.").needed(),
    Param::new("at", Holds::Moment, "And its moment.").needed(),
    Param::new("justified", Holds::YesNo, "Whether it was needed.").needed(),
    Param::new("words", Holds::Text, "What you looked at and found.").needed(),
];
const ROLE: Param = Param::new(
    "role",
    Holds::Code(&[
        "operator",
        "supervisor",
        "inspector",
        "investigator",
        "council_worker",
        "auditor",
        "administrator",
    ]),
    "Their role.",
)
.needed();
const COUNCIL: Param = Param::new("authority", Holds::Text, "The council of a council worker.");
const WHY: Param = Param::new("reason", Holds::Text, "Why; it stands in the access log.").needed();
const NEW_ROLE: &[Param] = &[ROLE, COUNCIL, WHY];
const REOPEN: &[Param] = &[WHY];
const ACCOUNT: &[Param] = &[
    Param::new("login", Holds::Text, "What the person types to sign in.").needed(),
    Param::new("name", Holds::Text, "Their name as colleagues know it.").needed(),
    ROLE,
    Param::new("team", Holds::Text, "Their team, by name; the desk, if not given."),
    COUNCIL,
    Param::new(
        "password",
        Holds::Password,
        "Their first password, of 12 characters or more. Left out only where people sign in at an identity provider.",
    ),
];

pub(super) type Nothing = Result<StatusCode, ApiProblem>;

pub(super) async fn nothing(
    request: &str,
    work: impl Future<Output = Result<(), crate::problem::Wrong>>,
) -> Nothing {
    let done = work.await.map(|()| StatusCode::NO_CONTENT);
    done.map_err(|wrong| ApiProblem(wrong, request.to_owned()))
}

async fn sign_in(State(web): State<Web>, body: Body) -> Answered<Begun> {
    let work = async {
        body.only(&[], SIGN_IN)?;
        let text = |name| body.answers.get(name).to_owned();
        let user_agent = body.user_agent.clone();
        let given =
            SignIn { login: text("login"), password: text("password"), code: text("code"), user_agent };
        let begun = web.app.sign_in(given, &body.request).await?;
        Ok(Begun { token: begun.token, until: begun.until.into() })
    };
    answer(&body.request, work).await
}

async fn sign_out(State(web): State<Web>, call: Call) -> Nothing {
    let work = async {
        call.body.only(&[], &[])?;
        Ok(web.app.sign_out(&call.caller).await?)
    };
    nothing(&call.body.request, work).await
}

async fn me(ask: Ask) -> Answered<Me> {
    let work = async {
        ask.params(&[])?;
        let actor = &ask.caller.actor;
        Ok(Me {
            user: actor.user.uuid(),
            name: actor.name.clone(),
            role: Code(actor.role),
            team: actor.team.uuid(),
            authority: ask.caller.authority.clone(),
            glass: ask.caller.glass.clone(),
        })
    };
    answer(&ask.request, work).await
}

async fn sessions(State(web): State<Web>, ask: Ask) -> Answered<Sessions> {
    let work = async {
        ask.params(&[])?;
        Ok(Sessions { sessions: each(&web.app.own_sessions(&ask.caller).await?) })
    };
    answer(&ask.request, work).await
}

async fn end_session(State(web): State<Web>, Path(session): Path<String>, call: Call) -> Nothing {
    let work = async {
        call.body.only(&[], &[])?;
        Ok(web.app.end_own_session(&call.caller, id::<SessionId>(&session)?).await?)
    };
    nothing(&call.body.request, work).await
}

async fn password(State(web): State<Web>, call: Call) -> Nothing {
    let work = async {
        web.app.turn_away(&call.caller, Action::ManageOwnSessions, &Resource::system(), &[]).await?;
        call.body.only(&[], PASSWORD)?;
        let text = |name| call.body.answers.get(name).to_owned();
        Ok(web.app.change_own_password(&call.caller, text("current"), text("password")).await?)
    };
    nothing(&call.body.request, work).await
}

async fn breaks(State(web): State<Web>, ask: Ask) -> Answered<Breaks> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ReviewGlass, &Resource::desk(), &[]).await?;
        ask.params(&[])?;
        Ok(Breaks { breaks: each(&web.app.breaks(&ask.caller).await?) })
    };
    answer(&ask.request, work).await
}

async fn break_glass(State(web): State<Web>, call: Call) -> Nothing {
    let work = async {
        web.app.turn_away(&call.caller, Action::BreakGlass, &Resource::desk(), &[]).await?;
        call.body.only(&[], REASON)?;
        Ok(web.app.break_glass(&call.caller, call.body.answers.get("reason").to_owned()).await?)
    };
    nothing(&call.body.request, work).await
}

async fn review_glass(State(web): State<Web>, call: Call) -> Nothing {
    let work = async {
        web.app.turn_away(&call.caller, Action::ReviewGlass, &Resource::desk(), &[]).await?;
        call.body.only(&[], REVIEW)?;
        let answers = &call.body.answers;
        let session = answers.get("session").parse();
        let session: SessionId = session.map_err(|_| Problem::invalid("session", "Give an id, a UUID."))?;
        let at: Timestamp =
            answers.get("at").parse().map_err(|_| Problem::invalid("at", "Give its moment."))?;
        let justified = match answers.get("justified") {
            "yes" => true,
            "no" => false,
            _ => return Err(Problem::invalid("justified", "Say whether it was needed.").into()),
        };
        let words = answers.get("words").to_owned();
        Ok(web.app.review_break(&call.caller, session, at, justified, words).await?)
    };
    nothing(&call.body.request, work).await
}

async fn imports(State(web): State<Web>, ask: Ask) -> Answered<Imports> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewImports, &Resource::system(), &[]).await?;
        ask.params(&[])?;
        Ok(Imports { imports: each(&web.app.imports(&ask.caller, 200).await?) })
    };
    answer(&ask.request, work).await
}

async fn import_rows(State(web): State<Web>, Path(import): Path<String>, ask: Ask) -> Answered<ImportRows> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ViewImports, &Resource::system(), &[]).await?;
        let after = place::on_number(ask.params(AFTER)?.get("after"))?.unwrap_or(0);
        let import = uuid::Uuid::parse_str(&import).map_err(|_| Problem::NotFound)?;
        let rows = web.app.import_rows(&ask.caller, import, after, 101).await?;
        let (rows, more) = place::cut(rows, AT_ONCE);
        let after = rows.last().filter(|_| more).map(|row| row.number.to_string());
        Ok(ImportRows { rows: each(&rows), after })
    };
    answer(&ask.request, work).await
}

async fn heads(State(web): State<Web>, ask: Ask) -> Answered<Heads> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::VerifyRecord, &Resource::system(), &[]).await?;
        ask.params(&[])?;
        Ok(Heads { logs: each(&web.app.heads(&ask.caller).await?) })
    };
    answer(&ask.request, work).await
}

async fn verify(State(web): State<Web>, call: Call) -> Answered<Verified> {
    let work = async {
        web.app.turn_away(&call.caller, Action::VerifyRecord, &Resource::system(), &[]).await?;
        call.body.only(&[], &[])?;
        Ok((&crate::pages::office::record::recompute(&web, &call.caller).await?).into())
    };
    answer(&call.body.request, work).await
}

async fn accounts(State(web): State<Web>, ask: Ask) -> Answered<Accounts> {
    let work = async {
        web.app.turn_away(&ask.caller, Action::ManageAccounts, &Resource::system(), &[]).await?;
        ask.params(&[])?;
        Ok(Accounts { accounts: each(&web.app.accounts(&ask.caller).await?) })
    };
    answer(&ask.request, work).await
}

async fn add_account(State(web): State<Web>, call: Call) -> Answered<OfAccount> {
    let work = async {
        web.app.turn_away(&call.caller, Action::ManageAccounts, &Resource::system(), &[]).await?;
        call.body.only(&[], ACCOUNT)?;
        let text = |name| call.body.answers.get(name).to_owned();
        let role =
            Role::from_code(&text("role")).ok_or_else(|| Problem::invalid("role", "Give the role."))?;
        let new = NewAccount {
            login: text("login"),
            name: text("name"),
            role,
            team: text("team"),
            authority: Some(text("authority")),
            password: first_password(&web, &text("password")),
        };
        Ok(OfAccount { user: web.app.add_account(&call.caller, new).await?.uuid() })
    };
    answer(&call.body.request, work).await
}

async fn disable_account(State(web): State<Web>, Path(user): Path<String>, call: Call) -> Nothing {
    let work = async {
        web.app.turn_away(&call.caller, Action::ManageAccounts, &Resource::system(), &[]).await?;
        call.body.only(&[], &[])?;
        Ok(web.app.disable_account(&call.caller, id::<UserId>(&user)?).await?)
    };
    nothing(&call.body.request, work).await
}

async fn change_role(State(web): State<Web>, Path(user): Path<String>, call: Call) -> Nothing {
    let work = async {
        web.app.turn_away(&call.caller, Action::ManageAccounts, &Resource::system(), &[]).await?;
        call.body.only(&[], NEW_ROLE)?;
        let to = new_role(&call.body.answers);
        Ok(web.app.change_role(&call.caller, id::<UserId>(&user)?, to).await?)
    };
    nothing(&call.body.request, work).await
}

async fn reopen_account(State(web): State<Web>, Path(user): Path<String>, call: Call) -> Nothing {
    let work = async {
        web.app.turn_away(&call.caller, Action::ManageAccounts, &Resource::system(), &[]).await?;
        call.body.only(&[], REOPEN)?;
        let reason = call.body.answers.get("reason").to_owned();
        Ok(web.app.reopen_account(&call.caller, id::<UserId>(&user)?, reason).await?)
    };
    nothing(&call.body.request, work).await
}

async fn forget_identity(State(web): State<Web>, Path(user): Path<String>, call: Call) -> Nothing {
    let work = async {
        web.app.turn_away(&call.caller, Action::ManageAccounts, &Resource::system(), &[]).await?;
        call.body.only(&[], &[])?;
        Ok(web.app.forget_identity(&call.caller, id::<UserId>(&user)?).await?)
    };
    nothing(&call.body.request, work).await
}

async fn questions(State(web): State<Web>, ask: Ask) -> Answered<Questions> {
    let work = async {
        web.app.authorise(&ask.caller, Action::ViewRules, &Resource::system(), &[]).await?;
        ask.params(&[])?;
        Ok(Questions { questions: each(&facts(web.app.grading_rules())) })
    };
    answer(&ask.request, work).await
}

/// Every fact the rules know, those a record would answer as well.
fn every_fact(rules: &RuleSet) -> Vec<Field> {
    rules.facts().iter().map(fact_field).collect()
}

async fn try_rules(State(web): State<Web>, call: Call) -> Answered<Tried> {
    let work = async {
        web.app.authorise(&call.caller, Action::ViewRules, &Resource::system(), &[]).await?;
        let set = web.app.grading_rules();
        call.body.only(&every_fact(set), &[])?;
        let facts = rules::read(set, &call.body.answers).map_err(Problem::Invalid)?;
        Ok(Tried::of(set, &set.evaluate(&facts)))
    };
    answer(&call.body.request, work).await
}
