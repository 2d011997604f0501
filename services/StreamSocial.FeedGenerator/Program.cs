using StreamSocial.FeedGenerator;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Reading;
using StreamSocial.ServiceDefaults;
using StreamSocial.Streams.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
// A stream's Last-Event-ID names every account that the feed pulls.
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestHeadersTotalSize = 1024 * 1024);
builder.Services.AddStreams(builder.Configuration, FeedGeneratorServices.Application(builder.Configuration))
    .AddStage(ActionsStage.Define).AddStage(FeedsStage.Define).AddStage(EngagementStage.Define);
builder.Services.AddFeedGenerator().AddPullPosts();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapReading();
await app.RunAsync();
