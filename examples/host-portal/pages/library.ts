document.title = 'Slowmo';
