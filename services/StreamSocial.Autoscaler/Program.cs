using StreamSocial.Autoscaler;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddAutoscaler();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapDecisions();
await app.RunAsync();
