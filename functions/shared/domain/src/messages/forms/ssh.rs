//! The form for ssh.

use super::View;

pub(super) fn view(_known: &crate::ssh::SshKeys) -> View {
    todo!("ssh")
}
