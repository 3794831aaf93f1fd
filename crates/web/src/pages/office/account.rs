//! One account: another role for it, or opened again after it ended.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cf_access::{Action, Resource};
use cf_app::accounts::NewRole;
use cf_app::{FieldProblem, Problem};
use cf_components::{Button, Html, SummaryList, SummaryRow};
use cf_kernel::{Role, UserId};
use cf_store::Account;

use crate::acts::code_list::CodeList;
use crate::acts::field::Kind;
use crate::acts::{Answers, Field, fields_html};
use crate::markup::{form, h1, h2, p};
use crate::pages::problem_page::PageProblem;
use crate::places::council_name;
use crate::problem::id;
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

fn reason() -> Field {
    Field::new("reason", "Why", Kind::Words(3)).unchecked().hint("It stands in the access log.")
}

fn role_fields() -> [Field; 3] {
    let roles = Role::PEOPLE.map(|role| (role.code(), role.label()));
    let council =
        Field::new("authority", "Council, for a council worker", Kind::Listed(CodeList::Council)).optional();
    [Field::one("role", "New role", roles), council, reason()]
}

pub(super) async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Path(text): Path<String>,
) -> Result<Response, PageProblem> {
    show(&web, &who, &text, &Answers::default(), StatusCode::OK, &[]).await
}

async fn find(web: &Web, who: &SignedIn, text: &str) -> Result<Account, Problem> {
    let user: UserId = id(text)?;
    let accounts = web.app.accounts(&who.caller).await?;
    accounts.into_iter().find(|account| account.id == user).ok_or(Problem::NotFound)
}

async fn show(
    web: &Web,
    who: &SignedIn,
    text: &str,
    answers: &Answers,
    status: StatusCode,
    problems: &[FieldProblem],
) -> Result<Response, PageProblem> {
    let account = find(web, who, text).await.map_err(|problem| PageProblem::to(web, who, problem))?;
    let title = format!("{}’s account", account.name);
    let change = match account.disabled_at {
        _ if account.id == who.caller.actor.user => {
            p("Another administrator changes your own role or ends your account.")
        }
        None => another_role(&account, answers, problems),
        Some(_) => opened_again(&account, answers, problems),
    };
    let body = Html::join([h1(title.as_str()), facts(&account), change]);
    let shell = Shell::new(web, who, "/accounts", &title).back("/accounts", "Accounts");
    Ok(shell.problems(status, problems).show(body))
}

fn facts(account: &Account) -> Html {
    let mut rows =
        vec![SummaryRow::new("Login", &account.login), SummaryRow::new("Role", account.role.label())];
    rows.extend(account.authority.as_deref().map(|code| SummaryRow::new("Council", council_name(code))));
    let state = account.disabled_at.map_or_else(|| "Open".to_owned(), |at| format!("Ended {at}"));
    rows.push(SummaryRow::new("State", state));
    SummaryList::new(rows).into()
}

fn another_role(account: &Account, answers: &Answers, problems: &[FieldProblem]) -> Html {
    let fields = Html::join([
        fields_html(&role_fields(), answers, problems),
        Button::submit("Change the role").prevent_double_click(Some(true)).into(),
    ]);
    Html::join([
        h2("Another role"),
        p("They are signed out everywhere, and may do what the new role may from when they next sign in."),
        form(&format!("/accounts/{}/role", account.id), fields),
    ])
}

fn opened_again(account: &Account, answers: &Answers, problems: &[FieldProblem]) -> Html {
    let fields = Html::join([
        fields_html(&[reason()], answers, problems),
        Button::submit("Open the account again").prevent_double_click(Some(true)).into(),
    ]);
    Html::join([
        h2("Open it again"),
        p("They sign in as they did before, in the role above."),
        form(&format!("/accounts/{}/reopen", account.id), fields),
    ])
}

/// The role in the answers. Pages and API read it alike.
pub(crate) fn new_role(answers: &Answers) -> NewRole {
    NewRole {
        role: Role::from_code(answers.get("role")),
        authority: Some(answers.get("authority").to_owned()),
        reason: answers.get("reason").to_owned(),
    }
}

pub(super) async fn role(
    State(web): State<Web>,
    Path(text): Path<String>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    who.must(&web, Action::ManageAccounts, Resource::system()).await?;
    let change = async { web.app.change_role(&who.caller, id(&text)?, new_role(&answers)).await };
    let result = change.await;
    settled(&web, &who, &text, &answers, result).await
}

pub(super) async fn reopen(
    State(web): State<Web>,
    Path(text): Path<String>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    who.must(&web, Action::ManageAccounts, Resource::system()).await?;
    let reason = answers.get("reason").to_owned();
    let change = async { web.app.reopen_account(&who.caller, id(&text)?, reason).await };
    let result = change.await;
    settled(&web, &who, &text, &answers, result).await
}

async fn settled(
    web: &Web,
    who: &SignedIn,
    text: &str,
    answers: &Answers,
    result: Result<(), Problem>,
) -> Result<Response, PageProblem> {
    match result {
        Ok(()) => Ok(Redirect::to("/accounts?done=account").into_response()),
        Err(Problem::Invalid(problems)) => {
            show(web, who, text, answers, StatusCode::UNPROCESSABLE_ENTITY, &problems).await
        }
        Err(problem) => Err(PageProblem::to(web, who, problem)),
    }
}
