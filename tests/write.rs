//! What leaves the program: the JSON contract, the targets and the database.

#[path = "write/annotate.rs"]
mod annotate;
#[path = "write/contract.rs"]
mod contract;
#[path = "write/database.rs"]
mod database;
#[path = "write/docs.rs"]
mod docs;
#[path = "write/make.rs"]
mod make;
#[path = "write/parquet.rs"]
mod parquet;
#[path = "write/samples.rs"]
mod samples;
#[path = "write/speed.rs"]
mod speed;
#[path = "write/targets.rs"]
mod targets;
#[path = "common/tools.rs"]
mod tools;
