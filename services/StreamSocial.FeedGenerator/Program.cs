using StreamSocial.FeedGenerator;
using StreamSocial.ServiceDefaults;

return await ServiceRunner.RunAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddFeedGenerator();

    var app = builder.Build();
    app.MapDefaultEndpoints();
    app.MapFeedGenerator();
    return app;
});
