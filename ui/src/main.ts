import './app.css';
// Must come before any module that asks for words while loading.
import './lib/i18n.svelte';
import { mount } from 'svelte';
import App from './App.svelte';
import { markHidden } from './lib/marks';

const target = document.getElementById('app');
if (!target) throw new Error('missing #app');
markHidden(document.body);

export default mount(App, { target });
