//! admit lets people in and out of a product.

pub mod domain;
pub mod files;
pub mod ops;
pub mod store;
