import 'reflect-metadata';

// A service tells its parent that it is ready. Here the parent is jest, which expects other words on that channel.
process.send = undefined;
