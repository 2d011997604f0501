using StreamSocial.FeedGenerator;
using StreamSocial.FeedGenerator.Reading;
using StreamSocial.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddFeedGenerator();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapReading();
await app.RunAsync();
