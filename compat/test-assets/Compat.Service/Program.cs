var app = WebApplication.CreateSlimBuilder(args).Build();
app.MapGet("/health", () => "healthy");
app.MapGet("/environment/{name}", (string name) => Environment.GetEnvironmentVariable(name) is { } value ? Results.Text(value) : Results.NotFound());
app.MapGet("/arguments", () => args);
await app.RunAsync();
