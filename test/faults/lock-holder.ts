// A stranger's process that keeps a database locked until it is ended.
import Database from 'better-sqlite3';

const [file = ''] = process.argv.slice(2);
const database = new Database(file);
database.exec('BEGIN EXCLUSIVE');
console.log('locked');
setInterval(() => database.inTransaction, 60_000);
