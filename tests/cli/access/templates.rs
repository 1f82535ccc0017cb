//! Who may do what under each of the templates, as ticks.

use snapbox::{assert_data_eq, str};

use super::matrix;

#[test]
fn e1_contact_center() {
    assert_data_eq!(
        matrix("contact-center"),
        str![[r#"
                    admin  team-leader  user  agent
init                -      -            -     -
invite              y      -            -     -
add                 y      -            -     -
import              y      -            -     -
list                y      -            -     -
show                y      -            -     -
send                y      -            -     -
resend              y      -            -     -
cancel              y      -            -     -
delivery list       y      -            -     -
delivery retry      y      -            -     -
accept              y      y            y     y
decline             y      y            y     y
expire              -      -            -     -
deactivate          y      -            -     -
reactivate          y      -            -     -
remove              y      -            -     -
set-role            y      -            -     -
set-team            y      -            -     -
assign-agent        y      -            -     -
unassign-agent      y      -            -     -
grant               y      -            -     -
revoke              y      -            -     -
login               y      y            y     y
password reset      y      -            -     -
pin reset           y      -            -     -
pin verify          y      -            -     -
agent import        y      -            -     -
agent add           y      -            -     -
agent list          y      -            -     -
agent show          y      -            -     -
can                 y      -            -     -
who-can             y      y            y     y
role list           y      y            y     y
role show           y      y            y     y
role create         y      -            -     -
role edit           y      -            -     -
role delete         y      -            -     -
team create         y      -            -     -
team list           y      y            y     y
team show           y      -            -     -
team rename         y      -            -     -
team delete         y      -            -     -
team leaders        y      -            -     -
org create          -      -            -     -
org list            y      y            y     y
org use             -      -            -     -
org show            y      y            y     y
org set             -      -            -     -
org rename          -      -            -     -
org delete          -      -            -     -
module list         y      y            y     y
module add          y      -            -     -
module remove       y      -            -     -
sub-account list    y      -            -     -
sub-account add     y      -            -     -
sub-account remove  y      -            -     -
domain list         y      -            -     -
domain allow        y      -            -     -
domain block        y      -            -     -
domain forget       y      -            -     -
domain check        y      -            -     -
mail preview        y      -            -     -
mail template show  y      -            -     -
mail template set   -      -            -     -
mail template reset -      -            -     -
mail test           -      -            -     -
search-index build  -      -            -     -
search-index drop   -      -            -     -
search-index status -      -            -     -
stats               y      -            -     -
audit list          y      -            -     -
audit verify        -      -            -     -
doctor              -      -            -     -
backup              -      -            -     -
restore             -      -            -     -
export              y      -            -     -
template list       y      y            y     y
template show       y      y            y     y
template check      y      y            y     y
completions         y      y            y     y
man                 y      y            y     y

"#]]
    );
}

#[test]
fn e1_customer_portal() {
    assert_data_eq!(
        matrix("customer-portal"),
        str![[r#"
                    admin  user
init                -      -
invite              y      -
add                 y      -
import              y      -
list                y      -
show                y      -
send                y      -
resend              y      -
cancel              y      -
delivery list       y      -
delivery retry      y      -
accept              y      y
decline             y      y
expire              -      -
deactivate          y      -
reactivate          y      -
remove              y      -
set-role            y      -
set-team            y      -
assign-agent        y      -
unassign-agent      y      -
grant               y      -
revoke              y      -
login               y      y
password reset      y      -
pin reset           y      -
pin verify          y      -
agent import        y      -
agent add           y      -
agent list          y      -
agent show          y      -
can                 y      -
who-can             y      y
role list           y      y
role show           y      y
role create         y      -
role edit           y      -
role delete         y      -
team create         y      -
team list           y      y
team show           y      -
team rename         y      -
team delete         y      -
team leaders        y      -
org create          -      -
org list            y      y
org use             -      -
org show            y      y
org set             -      -
org rename          -      -
org delete          -      -
module list         y      y
module add          y      -
module remove       y      -
sub-account list    y      -
sub-account add     y      -
sub-account remove  y      -
domain list         y      -
domain allow        y      -
domain block        y      -
domain forget       y      -
domain check        y      -
mail preview        y      -
mail template show  y      -
mail template set   -      -
mail template reset -      -
mail test           -      -
search-index build  -      -
search-index drop   -      -
search-index status -      -
stats               y      -
audit list          y      -
audit verify        -      -
doctor              -      -
backup              -      -
restore             -      -
export              y      -
template list       y      y
template show       y      y
template check      y      y
completions         y      y
man                 y      y

"#]]
    );
}

#[test]
fn e1_phone_system() {
    assert_data_eq!(
        matrix("phone-system"),
        str![[r#"
                    owner  admin  member
init                -      -      -
invite              y      y      -
add                 y      y      -
import              y      y      -
list                y      y      -
show                y      y      -
send                y      y      -
resend              y      y      -
cancel              y      y      -
delivery list       y      y      -
delivery retry      y      y      -
accept              y      y      y
decline             y      y      y
expire              -      -      -
deactivate          y      y      -
reactivate          y      y      -
remove              y      y      -
set-role            y      y      -
set-team            y      y      -
assign-agent        y      y      -
unassign-agent      y      y      -
grant               y      y      -
revoke              y      y      -
login               y      y      y
password reset      y      y      -
pin reset           y      y      -
pin verify          y      y      -
agent import        y      y      -
agent add           y      y      -
agent list          y      y      -
agent show          y      y      -
can                 y      y      -
who-can             y      y      y
role list           y      y      y
role show           y      y      y
role create         y      y      -
role edit           y      y      -
role delete         y      y      -
team create         y      y      -
team list           y      y      y
team show           y      y      -
team rename         y      y      -
team delete         y      y      -
team leaders        y      y      -
org create          -      -      -
org list            y      y      y
org use             -      -      -
org show            y      y      y
org set             -      -      -
org rename          -      -      -
org delete          -      -      -
module list         y      y      y
module add          y      y      -
module remove       y      y      -
sub-account list    y      y      -
sub-account add     y      y      -
sub-account remove  y      y      -
domain list         y      y      -
domain allow        y      y      -
domain block        y      y      -
domain forget       y      y      -
domain check        y      y      -
mail preview        y      y      -
mail template show  y      y      -
mail template set   -      -      -
mail template reset -      -      -
mail test           -      -      -
search-index build  -      -      -
search-index drop   -      -      -
search-index status -      -      -
stats               y      y      -
audit list          y      y      -
audit verify        -      -      -
doctor              -      -      -
backup              -      -      -
restore             -      -      -
export              y      y      -
template list       y      y      y
template show       y      y      y
template check      y      y      y
completions         y      y      y
man                 y      y      y

"#]]
    );
}

#[test]
fn e1_security_console() {
    assert_data_eq!(
        matrix("security-console"),
        str![[r#"
                    owner  admin  editor  viewer
init                -      -      -       -
invite              y      y      -       -
add                 y      y      -       -
import              y      y      -       -
list                y      y      -       -
show                y      y      -       -
send                y      y      -       -
resend              y      y      -       -
cancel              y      y      -       -
delivery list       y      y      -       -
delivery retry      y      y      -       -
accept              y      y      y       y
decline             y      y      y       y
expire              -      -      -       -
deactivate          y      y      -       -
reactivate          y      y      -       -
remove              y      y      -       -
set-role            y      y      -       -
set-team            y      y      -       -
assign-agent        y      y      -       -
unassign-agent      y      y      -       -
grant               y      y      -       -
revoke              y      y      -       -
login               y      y      y       y
password reset      y      y      -       -
pin reset           y      y      -       -
pin verify          y      y      -       -
agent import        y      y      -       -
agent add           y      y      -       -
agent list          y      y      -       -
agent show          y      y      -       -
can                 y      y      -       -
who-can             y      y      y       y
role list           y      y      y       y
role show           y      y      y       y
role create         y      y      -       -
role edit           y      y      -       -
role delete         y      y      -       -
team create         y      y      -       -
team list           y      y      y       y
team show           y      y      -       -
team rename         y      y      -       -
team delete         y      y      -       -
team leaders        y      y      -       -
org create          -      -      -       -
org list            y      y      y       y
org use             -      -      -       -
org show            y      y      y       y
org set             -      -      -       -
org rename          -      -      -       -
org delete          -      -      -       -
module list         y      y      y       y
module add          y      y      -       -
module remove       y      y      -       -
sub-account list    y      y      -       -
sub-account add     y      y      -       -
sub-account remove  y      y      -       -
domain list         y      y      -       -
domain allow        y      y      -       -
domain block        y      y      -       -
domain forget       y      y      -       -
domain check        y      y      -       -
mail preview        y      y      -       -
mail template show  y      y      -       -
mail template set   -      -      -       -
mail template reset -      -      -       -
mail test           -      -      -       -
search-index build  -      -      -       -
search-index drop   -      -      -       -
search-index status -      -      -       -
stats               y      y      -       -
audit list          y      y      -       -
audit verify        -      -      -       -
doctor              -      -      -       -
backup              -      -      -       -
restore             -      -      -       -
export              y      y      -       -
template list       y      y      y       y
template show       y      y      y       y
template check      y      y      y       y
completions         y      y      y       y
man                 y      y      y       y

"#]]
    );
}
