//! `admit completions`: the script that makes TAB work. It asks admit itself, so that users, roles,
//! teams and agents of the store are offered.

use clap::{Args, ValueEnum};
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Zsh};

use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// Print the script for this shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shell {
    /// eval "$(admit completions bash)" in ~/.bashrc
    Bash,
    /// admit completions elvish in ~/.config/elvish/rc.elv
    Elvish,
    /// admit completions fish | source in ~/.config/fish/config.fish
    Fish,
    /// admit completions powershell in the profile
    Powershell,
    /// source <(admit completions zsh) in ~/.zshrc
    Zsh,
}

/// Bash breaks words at `@`, `:` and `=`, so that neither an address nor an agent is ever completed
/// behind it. This puts the pieces together again for admit alone, and leaves the user's shell as it is.
const BASH_WHOLE_WORDS: &str = r#"
_admit_whole_words() {
    local rest="${COMP_LINE:0:COMP_POINT}" words=() blank piece i
    for ((i = 0; i <= COMP_CWORD; i++)); do
        blank="${rest%%[![:space:]]*}"
        rest="${rest#"$blank"}"
        piece="${COMP_WORDS[i]}"
        ((i == COMP_CWORD)) && piece="$rest"
        if [[ $i -gt 0 && -z $blank ]]; then
            words[${#words[@]} - 1]+="$piece"
        else
            words+=("$piece")
        fi
        rest="${rest#"$piece"}"
    done
    COMP_WORDS=("${words[@]}")
    COMP_CWORD=$((${#words[@]} - 1))
    local word="${words[COMP_CWORD]}"
    local before="${word%"$2"}"
    [[ $before == [\"\'] ]] && word="$2"
    _clap_complete_admit "$1" "$word" "$3"
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
}
complete -o nospace -o nosort -F _admit_whole_words admit
"#;

/// Prints the script.
pub(super) fn run(app: &mut App, args: CompletionsArgs) -> Result<Exit, Failure> {
    let shell: &dyn EnvCompleter = match args.shell {
        Shell::Bash => &Bash,
        Shell::Elvish => &Elvish,
        Shell::Fish => &Fish,
        Shell::Powershell => &Powershell,
        Shell::Zsh => &Zsh,
    };
    let mut script = Vec::new();
    shell.write_registration("COMPLETE", "admit", "admit", "admit", &mut script)?;
    app.ui.out().write_all(&script)?;
    if matches!(args.shell, Shell::Bash) {
        app.ui.out().write_all(BASH_WHOLE_WORDS.as_bytes())?;
    }
    Ok(Exit::Done)
}
