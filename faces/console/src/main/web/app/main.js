/** Where the page starts. */
import './shell.js';
