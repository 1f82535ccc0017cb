//! `admit mail`: each of its commands in a file of its own.

mod preview;
mod template;
mod test;
