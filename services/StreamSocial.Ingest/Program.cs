using StreamSocial.Ingest;
using StreamSocial.ServiceDefaults;

return await ServiceRunner.RunAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddIngest();

    var app = builder.Build();
    app.MapDefaultEndpoints();
    app.MapIngest();
    return app;
});
