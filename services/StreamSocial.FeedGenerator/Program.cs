using StreamSocial.FeedGenerator;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Reading;
using StreamSocial.ServiceDefaults;
using StreamSocial.Streams.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddStreams(builder.Configuration)
    .AddStage(ActionsStage.Define).AddStage(FeedsStage.Define).AddStage(EngagementStage.Define);
builder.Services.AddFeedGenerator().AddPulledActions();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapReading();
await app.RunAsync();
