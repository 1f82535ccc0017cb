//! What is shown of somebody who leads a team or is in it.

use super::{is_pending, name_of, status_of};
use crate::cli::render::{Field, Shape, Value};
use crate::ops::teams::{Lead, Member, Membership};

/// `team show`.
pub static MEMBERS: Shape<Member> = Shape {
    fields: &[
        Field::on_request("id", "Number", |member| Value::Number(member.user.id.get())),
        Field::new("email", "E-mail", |member| {
            member.user.email.as_ref().map(|email| email.as_typed()).into()
        }),
        Field::new("name", "Name", |member| name_of(&member.user)),
        Field::new("role", "Role", |member| Value::text(member.user.role.as_str())),
        Field::new("status", "Status", |member| status_of(&member.user)),
        Field::on_request("pending", "Pending", |member| Value::Truth(is_pending(&member.user))),
        Field::new("agents", "Agents", |member| {
            Value::many(member.agents.iter().map(|agent| Value::Text(agent.to_string().into())))
        }),
        Field::new("leader", "Leads", |member| Value::Truth(member.lead == Lead::Leads)),
        Field::new("member", "Member", |member| Value::Truth(member.membership == Membership::In)),
    ],
    reference: |member| member.user.reference().to_string(),
};
